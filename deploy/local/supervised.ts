import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { displayPath } from './display-path.ts'
import { identify, isRunning, parseIdentity } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { supervisor } from './run-command.ts'
import { StackError } from './stack-error.ts'

const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000
const staleGraceMs = 3_000
const pollMs = 20

/** A program of the stack, started. Every method resolves when what it says is true. */
export type StackProcess = {
  /** Of the last start. */
  readonly pid: number
  /** Ends it in good order. It may be over already, and is killed if it does not end in time. */
  stop(): Promise<'stopped' | 'killed' | 'wasOver'>
  kill9(): Promise<void>
  /** Stands still for so many milliseconds, as on a machine that has no time for it. */
  stall(ms: number): Promise<void>
  /** Starts it again with the same data and ports, after `stop` or `kill9`. */
  start(): Promise<void>
}

export type Program = {
  readonly name: string
  readonly command: string
  /** Asked at each start: what the first run leaves behind may change how the next one starts. */
  readonly parameters: () => readonly string[]
  readonly logFile: string
  readonly pidFile: string
  /** `output` is what this run has logged so far. */
  readonly isReady: (output: string) => Promise<boolean>
  /** For work that nobody waits for: it gets the processor when nobody else wants it, and dies at this signal. */
  readonly background?: AbortSignal | undefined
}

type Run = {
  readonly pid: number
  readonly ended: Promise<void>
  isOver(): boolean
  signal(name: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts the program under a supervisor, which ends it when this process is gone, and waits until it is ready. */
export async function startSupervised(program: Program): Promise<StackProcess> {
  mkdirSync(dirname(program.logFile), { recursive: true })
  mkdirSync(dirname(program.pidFile), { recursive: true })
  let run = await startUntilReady(program)
  return {
    get pid() {
      return run.pid
    },
    async stop() {
      const end = await endRun(run, 'SIGTERM')
      // Where only the supervisor was killed the program still runs.
      await endStale(program.pidFile)
      return end
    },
    async kill9() {
      await endRun(run, 'SIGKILL')
      await endStale(program.pidFile, 0)
    },
    async stall(ms) {
      signalRunning(program.pidFile, 'SIGSTOP')
      await delay(ms)
      signalRunning(program.pidFile, 'SIGCONT')
    },
    async start() {
      run = await startUntilReady(program)
    },
  }
}

/**
 * Ends what the pid file of a killed run names, if that very process still runs, and answers whether it did.
 * It is asked to end, and killed after the grace; without a grace it is killed at once.
 */
export async function endStale(pidFile: string, graceMs: number = staleGraceMs): Promise<boolean> {
  if (!existsSync(pidFile)) return false
  const stale = parseIdentity(readFileSync(pidFile, 'utf8'))
  const runs = stale !== undefined && isRunning(stale)
  if (runs) {
    if (graceMs > 0) await signalAndWait(stale, 'SIGTERM', graceMs)
    await signalAndWait(stale, 'SIGKILL', Infinity)
  }
  rmSync(pidFile, { force: true })
  return runs
}

function signalRunning(pidFile: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const running = parseIdentity(readFileSync(pidFile, 'utf8'))
  if (running !== undefined && isRunning(running)) process.kill(running.pid, signal)
}

async function signalAndWait(
  identity: ProcessIdentity,
  signal: 'SIGTERM' | 'SIGKILL',
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  if (isRunning(identity)) process.kill(identity.pid, signal)
  while (isRunning(identity) && performance.now() < deadline) await delay(pollMs)
}

async function startUntilReady(program: Program): Promise<Run> {
  const from = existsSync(program.logFile) ? statSync(program.logFile).size : 0
  const run = await startRun(program)
  const started = identify(run.pid)
  if (started !== undefined) writeFileSync(program.pidFile, JSON.stringify(started))
  const deadline = performance.now() + readyTimeoutMs
  while (!(await program.isReady(readFrom(program.logFile, from)))) {
    if (run.isOver()) {
      await endStale(program.pidFile)
      throw failure('programDied', program, 'ended while it started', from)
    }
    if (performance.now() > deadline) {
      await endRun(run, 'SIGKILL')
      await endStale(program.pidFile, 0)
      throw failure('programNotReady', program, `was not ready within ${readyTimeoutMs / 1000} s`, from)
    }
    await delay(pollMs)
  }
  return run
}

async function startRun(program: Program): Promise<Run> {
  const priority = program.background === undefined ? [] : ['nice', '-n', '19']
  const command = [...priority, program.command, ...program.parameters()]
  const child = spawn(process.execPath, [supervisor, program.logFile, ...command], {
    // A group of its own: Ctrl-C in the terminal is for us, and we decide in which order things end.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  let over = false
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      over = true
      resolve()
    })
  })
  const pid = await readPid(child)
  if (pid === undefined)
    throw new StackError('programDied', `${program.name}: ${program.command} could not be started.`)
  const run: Run = {
    pid,
    ended,
    isOver: () => over,
    signal: (name) =>
      child.stdin.write(`${name}
`),
  }
  const kill = (): void => run.signal('SIGKILL')
  if (program.background?.aborted === true) kill()
  program.background?.addEventListener('abort', kill)
  return run
}

async function readPid(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number | undefined> {
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, value] = line.split(' ')
    return word === 'pid' ? Number(value) : undefined
  }
  return undefined
}

async function endRun(run: Run, signal: 'SIGTERM' | 'SIGKILL'): Promise<'stopped' | 'killed' | 'wasOver'> {
  if (run.isOver()) return 'wasOver'
  let end: 'stopped' | 'killed' = signal === 'SIGTERM' ? 'stopped' : 'killed'
  run.signal(signal)
  const impatience = setTimeout(() => {
    end = 'killed'
    run.signal('SIGKILL')
  }, stopTimeoutMs)
  await run.ended
  clearTimeout(impatience)
  return end
}

function readFrom(path: string, from: number): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(Math.max(0, statSync(path).size - from))
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, from))
  } finally {
    closeSync(file)
  }
}

function failure(code: 'programDied' | 'programNotReady', program: Program, what: string, from: number): StackError {
  const lines = readFrom(program.logFile, from).trim().split('\n')
  const telling = lines.findLast((line) => /ERROR|FATAL|Exception/.test(line)) ?? lines.at(-1) ?? ''
  return new StackError(
    code,
    `${program.name} ${what} (${telling.trim().slice(0, 300)}); see ${displayPath(program.logFile)}.`,
  )
}
