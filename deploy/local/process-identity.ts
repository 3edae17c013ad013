import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A pid alone names another process once it is recycled; with the start time it never does. */
export type ProcessIdentity = { readonly pid: number; readonly started: string }

/** When the process started, in whatever words the system has for it; undefined where no such process runs. */
export function processStarted(pid: number): string | undefined {
  return process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid)
}

export function identify(pid: number): ProcessIdentity | undefined {
  const started = processStarted(pid)
  return started === undefined ? undefined : { pid, started }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return processStarted(identity.pid) === identity.started
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets, which may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot} ${fields[19]}`
  } catch {
    return undefined
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim()
    return answer === '' ? undefined : answer
  } catch {
    return undefined
  }
}

/** Reads what `JSON.stringify` made of an identity; undefined for anything else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined
    const { pid, started } = value
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}
