// Packs the client for those who have only npm: plain JavaScript with types, and nothing of the workspace around it.
// node deploy/package-client.ts FOLDER
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin, stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix, relative, resolve } from 'node:path'
import { runCommand } from './local/run-command.ts'

const root = join(import.meta.dirname, '..')

/** What the package exports, and where it is here. */
const entries = {
  client: 'packages/client/src/client.ts',
  complete: 'packages/client/src/complete.ts',
  hash: 'packages/routing/src/hash.ts',
} as const

interface Manifest {
  readonly version: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** A file of the package: where it goes, and what is in it. */
interface Packed {
  readonly path: string
  readonly text: string
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manifestOf = (folder: string): Manifest => JSON.parse(read(`${folder}/package.json`))
/** `packages/runtime/src/kafka/log.ts` is of the project `packages/runtime`. */
const projectOf = (path: string): string => /^(?:packages\/)?[^/]+/u.exec(path)?.[0] ?? ''
/** Where a file goes in the package: `runtime/kafka/log.js`. */
const targetOf = (path: string, ending: string): string =>
  path
    .replace(/^packages\//u, '')
    .replace('/src/', '/')
    .replace(/\.ts$/u, ending)

/** Where an import leads in this repository; undefined where it leads out of it. */
function sourceOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const [, project, file] = /^@waybill\/([^/]+)\/(.+)$/u.exec(specifier) ?? []
  if (project === undefined) return undefined
  return `${project === 'schemas' ? '' : 'packages/'}${project}/src/${file}.ts`
}

// As oxfmt and tsc write them: an import or an export ends its line, and types may import in the middle of one.
const imports = /(\bfrom |^import |\bimport\()(['"])([^'"\n]+)\2/gmu

/** The entries and the files that they need, however far: each with its imports made relative. */
class Crawl {
  readonly packed: Packed[] = []
  readonly dependencies = new Map<string, string>()
  readonly #ending: string
  readonly #textOf: (path: string) => string
  readonly sources = new Set<string>()

  constructor(ending: '.js' | '.d.ts', textOf: (path: string) => string) {
    this.#ending = ending
    this.#textOf = textOf
    for (const path of Object.values(entries)) this.#add(path)
  }

  #add(path: string): void {
    if (this.sources.has(path)) return
    this.sources.add(path)
    const text = this.#textOf(path).replaceAll(imports, (_, before: string, quote: string, specifier: string) => {
      return `${before}${quote}${this.#follow(path, specifier)}${quote}`
    })
    this.packed.push({ path: targetOf(path, this.#ending), text })
  }

  #follow(from: string, specifier: string): string {
    const source = sourceOf(from, specifier)
    if (source === undefined) {
      if (!isBuiltin(specifier)) this.#depend(from, specifier)
      return specifier
    }
    this.#add(source)
    const path = posix.relative(posix.dirname(targetOf(from, '.js')), targetOf(source, '.js'))
    return path.startsWith('.') ? path : `./${path}`
  }

  #depend(from: string, specifier: string): void {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    const version = manifestOf(projectOf(from)).dependencies?.[name]
    if (version === undefined) throw new Error(`${from} imports ${name}, which its project does not depend on.`)
    this.dependencies.set(name, version)
  }
}

/** The declarations of these sources. */
async function declarations(sources: ReadonlySet<string>, folder: string): Promise<(path: string) => string> {
  const settings = join(folder, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: folder,
    typeRoots: [join(root, 'node_modules/@types')],
  }
  // All by name: tsc makes no declarations for what it finds in node_modules, where the workspace's projects are linked.
  const files = [...sources].map((path) => join(root, path))
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }))
  const { exitCode, output } = await runCommand(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    settings,
  ])
  if (exitCode !== 0) throw new Error(`The declarations could not be made: ${output.trim()}`)
  return (path) => readFileSync(join(folder, path.replace(/\.ts$/u, '.d.ts')), 'utf8')
}

function manifest(dependencies: ReadonlyMap<string, string>): object {
  const { license } = manifestOf('.')
  const exported = Object.entries(entries).map(([name, path]) => {
    return [`./${name}`, { types: `./${targetOf(path, '.d.ts')}`, default: `./${targetOf(path, '.js')}` }] as const
  })
  return {
    name: '@waybill/client',
    version: manifestOf('packages/client').version,
    description: 'Sends LLM requests to Waybill over Kafka, and gets one answer each',
    license,
    type: 'module',
    // The first with zstd, which a broker's batches may be packed with.
    engines: { node: '>=22.15.0' },
    exports: Object.fromEntries(exported),
    dependencies: Object.fromEntries([...dependencies].toSorted(([one], [other]) => one.localeCompare(other))),
  }
}

/**
 * Packs the client.
 * @param into the folder that gets the tarball
 * @returns the tarball's path
 */
export async function packageClient(into: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-client-'))
  try {
    // Types become blanks, so that a stack trace names the lines of the source.
    const code = new Crawl('.js', (path) => stripTypeScriptTypes(read(path)))
    const types = new Crawl('.d.ts', await declarations(new Crawl('.d.ts', read).sources, folder))
    const staged = join(folder, 'package')
    for (const { path, text } of [...code.packed, ...types.packed]) {
      mkdirSync(dirname(join(staged, path)), { recursive: true })
      writeFileSync(join(staged, path), text)
    }
    copyFileSync(join(root, 'LICENSE'), join(staged, 'LICENSE'))
    copyFileSync(join(root, 'docs/send.md'), join(staged, 'README.md'))
    const dependencies = new Map([...types.dependencies, ...code.dependencies])
    writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest(dependencies), null, 2)}\n`)
    const tarball = join(resolve(into), 'waybill-client.tgz')
    const { exitCode, output } = await runCommand('tar', ['-czf', tarball, '-C', folder, 'package'])
    if (exitCode !== 0) throw new Error(`The client could not be packed: ${output.trim()}`)
    return tarball
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const tarball = await packageClient(process.argv[2] ?? '.')
  console.log(`Packed the client: npm install ${relative('.', tarball)}`)
}
