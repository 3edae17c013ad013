// Who may import whom, and what a pure layer may use: the tables below are the whole architecture.
// Plain JavaScript, because rules.js is loaded by a linter, on whichever Node that runs.
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'

/** The first glob that fits a file names its layer. A file that no glob fits is refused. */
export const layers = /** @type {const} */ ([
  ['schemas/generate', 'schemas/generate/**'],
  ['schemas', 'schemas/**'],
  ['routing/hash', 'packages/routing/src/{hash.ts,hash/**}'],
  ['routing', 'packages/routing/**'],
  ['providers', 'packages/providers/**'],
  ['runtime/kafka', 'packages/runtime/src/kafka/**'],
  ['runtime/drivers', 'packages/runtime/src/{memory,redis,registry,http,thread}/**'],
  ['runtime', 'packages/runtime/**'],
  ['client', 'packages/client/**'],
  ['cli', 'packages/cli/**'],
  ['simulator', 'services/simulator/**'],
  ['service/reducer', 'services/*/src/{reducer.ts,reducer/**}'],
  ['service/wiring', 'services/*/src/service.ts'],
  ['service/main', 'services/*/src/main.ts'],
  ['service', 'services/*/**'],
  ['deploy', 'deploy/**'],
  ['docs', 'docs/**'],
  ['test', 'test/**'],
])
/** @typedef {(typeof layers)[number][0]} Layer */

const bricks = /** @type {const} */ (['schemas', 'routing', 'routing/hash', 'providers', 'runtime'])
const drivers = /** @type {const} */ (['runtime/kafka', 'runtime/drivers'])
const running = /** @type {const} */ (['service', 'service/wiring', 'service/main', 'simulator'])
/**
 * What a layer may import besides itself: layers, 'node' (every module of Node's own), or `some name of` either.
 * @type {Readonly<Record<Layer, readonly (Layer | 'node' | `${string} of ${Layer | `node:${string}`}`)[]>>}
 */
export const may = {
  schemas: [],
  'schemas/generate': ['schemas', 'node'],
  'routing/hash': ['schemas', 'hash of node:crypto'],
  routing: ['schemas', 'routing/hash'],
  providers: ['schemas'],
  'runtime/kafka': ['schemas', 'runtime', 'runtime/drivers', 'node'],
  'runtime/drivers': ['schemas', 'runtime', 'node'],
  runtime: ['schemas', ...drivers, 'node'],
  client: ['schemas', 'routing/hash', 'runtime', ...drivers],
  cli: [...bricks, ...drivers, ...running, 'client', 'deploy', 'node'],
  simulator: ['schemas', 'node'],
  'service/reducer': ['schemas', 'routing', 'routing/hash', 'providers', 'types of runtime'],
  'service/wiring': [...bricks, ...drivers, 'service', 'service/reducer'],
  'service/main': ['runtime', 'service/wiring'],
  service: [...bricks, 'service/reducer'],
  deploy: ['node'],
  docs: ['schemas', 'client'],
  test: [...bricks, ...drivers, ...running, 'schemas/generate', 'service/reducer', 'client', 'cli', 'deploy', 'node'],
}

/**
 * The places that may import an npm package: one folder of the product, and what has to play a stranger to it in tests.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const homes = {
  kafkajs: ['packages/runtime/src/kafka/**', 'test/integration/**'],
  ioredis: ['packages/runtime/src/redis/**', 'test/integrity/faults.ts'],
  '@kafkajs/confluent-schema-registry': ['packages/runtime/src/registry/**'],
  avsc: ['packages/runtime/src/registry/**', 'test/integration/**'],
  undici: ['packages/runtime/src/http/**'],
  pino: ['packages/runtime/src/observability/**'],
  'prom-client': ['packages/runtime/src/observability/**'],
  canonicalize: ['packages/routing/src/{hash.ts,hash/**}'],
  yaml: ['packages/routing/src/policy/**'],
  '@cfworker/json-schema': ['packages/providers/src/validation/**'],
  '@pydantic/genai-prices': ['packages/routing/src/catalogue/**/*.test.ts'],
  openai: ['services/worker/**', 'test/conformance/**', 'services/simulator/**/*.test.ts'],
  '@anthropic-ai/sdk': ['services/worker/**', 'test/conformance/**', 'services/simulator/**/*.test.ts'],
  '@google/genai': ['services/worker/**', 'test/conformance/**', 'services/simulator/**/*.test.ts'],
  'fast-check': ['**/*.test.ts', 'packages/runtime/src/conformance/**'],
}

/** Layers without clock, randomness or I/O. */
const pure = ['schemas', 'routing', 'routing/hash', 'providers', 'service/reducer']
/** Closed, because a list of what is forbidden forgets the clock that is invented next year. */
const pureGlobals = new Set(
  `Array ArrayBuffer BigInt Boolean DataView Error Float64Array Infinity Int32Array JSON Map NaN Number Object RangeError RegExp Set String Symbol
   TextDecoder TextEncoder TypeError Uint32Array Uint8Array WeakMap decodeURIComponent encodeURIComponent undefined`.split(
    /\s+/u,
  ),
)
/** Globals of which only some members are pure. */
const pureMembers = new Map([
  ['Date', /^(?:parse|UTC)$/u],
  ['Math', /^(?!random$)/u],
])

const root = resolve(import.meta.dirname, '../..')
/** @type {(path: string) => any} */
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))
/** @type {(path: string) => string} */
const posixPath = (path) => path.split(sep).join('/')

/** The workspace's projects: their folders, what they are called and where their exports lead. */
export const projects = globSync(
  readJson('package.json').workspaces.map((/** @type {string} */ folder) => `${folder}/package.json`),
  { cwd: root },
).map((path) => ({ folder: posixPath(dirname(path)), ...readJson(path) }))

/** @param {string} path */
export const layerOf = (path) => layers.find(([, glob]) => posix.matchesGlob(path, glob))?.[0]
/** @param {string} path */
export const noLayer = (path) => `no layer covers ${path}: name one in test/lint/layers.js`
/** @param {string} path */
const projectOf = (path) => /^(?:(?:packages|services)\/[^/]+|[^/]+)/u.exec(path)?.[0] ?? ''
/** @param {string} path */
const isTest = (path) => path.endsWith('.test.ts')
/** @param {string} filename */
export const pathOf = (filename) => posixPath(relative(root, filename))

/**
 * Where a specifier leads: to a path of this repository, or out of it.
 * @param {string} file
 * @param {string} specifier
 * @returns {{ to: 'path' | 'node' | 'npm', at: string }}
 */
function follow(file, specifier) {
  if (specifier.startsWith('.')) return { to: 'path', at: posix.join(posix.dirname(file), specifier) }
  if (isBuiltin(specifier)) return { to: 'node', at: specifier }
  const parts = specifier.split('/')
  const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  const project = projects.find((candidate) => candidate.name === name)
  if (project === undefined) return { to: 'npm', at: name }
  return { to: 'path', at: posix.join(project.folder, project.exports['./*'].replace('*', parts.join('/'))) }
}

/**
 * @param {Layer} from
 * @param {string} to
 * @param {readonly string[]} names
 * @param {string} at
 */
function layerVerdict(from, to, names, at = to) {
  /** @type {readonly string[]} */
  const allowed = may[from]
  const arePart = names.length > 0 && names.every((name) => allowed.includes(`${name} of ${at}`))
  return to === from || allowed.includes(to) || arePart ? undefined : `${from} may not import ${at}`
}

/**
 * @param {string} file
 * @param {Layer} from
 * @param {string} path
 * @param {string} specifier
 * @param {readonly string[]} names
 */
function pathVerdict(file, from, path, specifier, names) {
  const [here, there] = [projectOf(file), projectOf(path)]
  if (here === there && isTest(file)) return undefined
  if (here !== there && specifier.startsWith('.')) return `import ${there} by its name, not by a path`
  if (here !== there && here.startsWith('services/') && there.startsWith('services/'))
    return `${there} is another service: share a topic, not code`
  return layerVerdict(from, layerOf(path) ?? path, names)
}

/**
 * @param {string} file
 * @param {string} name
 */
function npmVerdict(file, name) {
  const home = homes[name]
  if (home === undefined) return `${name} has no home: name the one place that may import it in test/lint/layers.js`
  if (home.some((glob) => posix.matchesGlob(file, glob))) return undefined
  return `${name} may be imported only in ${home.join(', ')}`
}

/**
 * Why the file may not import this, or undefined. Unit tests may import Node's modules and all of their project.
 * @param {string} file
 * @param {string} specifier
 * @param {readonly string[]} names what is imported, `types` for an `import type`
 */
export function verdict(file, specifier, names = ['*']) {
  const from = layerOf(file)
  if (from === undefined) return noLayer(file)
  const { to, at } = follow(file, specifier)
  if (to === 'npm') return npmVerdict(file, at)
  if (to === 'path') return pathVerdict(file, from, at, specifier, names)
  return isTest(file) ? undefined : layerVerdict(from, to, names, at)
}

/**
 * Why the file may not use this global (or this member of it), or undefined.
 * @param {string} file
 * @param {string} name
 * @param {string} member
 */
export function globalVerdict(file, name, member) {
  const layer = layerOf(file)
  if (layer === undefined || !pure.includes(layer) || isTest(file) || pureGlobals.has(name)) return undefined
  if (pureMembers.get(name)?.test(member)) return undefined
  return `${layer} is pure and may not use ${name}${member === '' ? '' : `.${member}`}: pass in what it would give`
}
