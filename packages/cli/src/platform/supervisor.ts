// Runs services as processes: starts them, waits until they are ready, starts them again when they die, stops them.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentWith } from '@waybill/runtime/config'

export interface Program {
  /** What it is called in messages: router, worker openai. */
  readonly name: string
  /** The file under the repository's root. */
  readonly file: string
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface SupervisorOptions {
  /** Where each program's log goes. */
  readonly folder: string
  readonly progress: (line: string) => void
  /** A dead member's place in its group is given to others at once. */
  readonly removeMember?: (group: string, memberId: string) => Promise<void>
}

interface Line {
  readonly level?: number
  readonly setting?: string
  readonly problem?: string
  readonly msg?: string
  readonly process?: string
  readonly ready?: boolean
  readonly url?: string
  readonly member?: { readonly group: string; readonly memberId: string }
}

/** When a process was not running, epoch milliseconds: dead from a moment on, or standing still between two. */
export interface Interruption {
  /** What records call it. */
  readonly process: string
  readonly from: number
  readonly to: number
}

const root = join(import.meta.dirname, '../../../..')
const restartMs = 100
const killMs = 15_000
const mostReasons = 5

/** pino's level of what ends a process. */
const fatal = 60

const parsed = (text: string): Line => {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null ? line : {}
  } catch {
    return {}
  }
}

/** One program that is kept alive. */
export class Supervised {
  readonly program: Program
  readonly #options: SupervisorOptions
  #child: ChildProcess | undefined
  #stopping = false
  #process = ''
  #members: NonNullable<Line['member']>[] = []
  #ready: (line: Line) => void = () => undefined
  #failed: (error: Error) => void = () => undefined
  /** Resolves when the program is ready for the first time. */
  readonly ready: Promise<Line>
  starts = 0
  /** How often it has become ready. */
  readies = 0
  /** Deaths, and sleeps. */
  readonly interruptions: Interruption[] = []

  constructor(program: Program, options: SupervisorOptions) {
    this.program = program
    this.#options = options
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve
      this.#failed = reject
    })
    this.#start()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  #start(): void {
    const { file, arguments: given = [], environment = {}, name } = this.program
    this.starts++
    const log = createWriteStream(join(this.#options.folder, `${name.replaceAll(' ', '-')}.log`), { flags: 'a' })
    const child = spawn(process.execPath, [join(root, file), ...given, '--with-parent'], {
      cwd: root,
      env: environmentWith(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Ctrl-C in the terminal is ours to handle: services stop before the brokers do.
      detached: true,
    })
    this.#child = child
    child.stderr.pipe(log)
    const reasons: string[] = []
    createInterface({ input: child.stderr }).on('line', (text) => {
      const { level, setting, problem, msg = '' } = parsed(text)
      if (level === fatal) reasons.push([setting, msg, problem].filter((part) => part !== undefined).join(': '))
    })
    createInterface({ input: child.stdout }).on('line', (text) => {
      this.#hear(parsed(text))
    })
    // After its last line, which says why.
    child.on('close', (code) => {
      void this.#onExit(code, child, reasons.slice(0, mostReasons).join('; '))
    })
  }

  #hear(line: Line): void {
    this.#process = line.process ?? this.#process
    if (line.member !== undefined) this.#members.push(line.member)
    if (line.ready !== true) return
    this.readies++
    this.#ready(line)
  }

  async #onExit(code: number | null, child: ChildProcess, reason: string): Promise<void> {
    if (this.#stopping || this.#child !== child) return
    const members = this.#members
    this.#members = []
    // In good order it has ended its calls.
    if (code !== 0) this.#interrupted()
    if (code === 2) {
      this.#failed(new Error(`${this.program.name} cannot start with its settings: ${reason}`))
      return
    }
    const why = reason === '' ? '' : ` (${reason})`
    this.#options.progress(`${this.program.name} has died${why}; starting it again`)
    // Its groups would wait for its session to time out: take it out of them.
    const removed = members.map(async ({ group, memberId }) => this.#options.removeMember?.(group, memberId))
    setTimeout(() => {
      if (!this.#stopping) this.#start()
    }, restartMs)
    await Promise.allSettled(removed)
  }

  /** Whatever ends the program, it is started again. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal)
  }

  #interrupted(from = Date.now()): void {
    this.interruptions.push({ process: this.#process, from, to: Date.now() })
  }

  /** Lets it stand still, as on a machine that has no time for it. */
  async stall(ms: number): Promise<void> {
    const from = Date.now()
    this.kill('SIGSTOP')
    await delay(ms)
    this.kill('SIGCONT')
    this.#interrupted(from)
  }

  /** Kill -9 that nobody notices, as without a supervisor: the place in its groups ends with the session. */
  abandon(): void {
    this.#stopping = true
    this.#interrupted()
    this.kill()
  }

  /** Starts what was abandoned. */
  resume(): void {
    this.#stopping = false
    this.#members = []
    this.#start()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), killMs)
    await ended
    clearTimeout(timer)
  }
}
