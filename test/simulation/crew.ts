// The processes: they start, stop, freeze, wake and die, and others take their place.
import { LogError } from '@waybill/runtime/log'
import type { RunningService } from '@waybill/runtime/task/service'
import type { TaskEvent } from '@waybill/runtime/task/task'
import type { Coverage } from './coverage.ts'
import type { Random } from './random.ts'
import type { SimulatedLog } from './simulated-log.ts'
import { SimulatedProcess } from './simulated-process.ts'
import type { Taste } from './taste.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Member {
  readonly process: SimulatedProcess
  readonly log: SimulatedLog
  service: RunningService | undefined
}

export interface CrewOptions {
  readonly clock: VirtualClock
  readonly taste: Taste
  readonly faults: Random
  readonly coverage: Coverage
  readonly isStormy: () => boolean
  /** No process starts before this. */
  readonly startsAfter: () => number
  readonly tell: (line: string) => void
  readonly violated: (what: string) => void
  readonly openLog: (process: SimulatedProcess) => SimulatedLog
  readonly startService: (member: Member, onEvent: (event: TaskEvent) => void) => Promise<RunningService>
  readonly heard: (process: SimulatedProcess, event: TaskEvent) => void
}

export class Crew {
  readonly members: Member[] = []
  readonly #options: CrewOptions
  readonly #faults: Random
  readonly #clock: VirtualClock
  readonly #leaving = new Set<SimulatedProcess>()
  #started = 0
  /** Kinds of service that nobody can start before a time. */
  readonly #outages = new Map<string, number>()

  constructor(options: CrewOptions) {
    this.#options = options
    this.#faults = options.faults
    this.#clock = options.clock
  }

  of(kind: string): readonly Member[] {
    return this.members.filter(({ process }) => process.kind === kind)
  }

  start(kind: string): void {
    const until = Math.max(this.#outages.get(kind) ?? 0, this.#options.startsAfter())
    if (until > this.#clock.now()) {
      this.#clock.schedule(until - this.#clock.now(), () => {
        this.start(kind)
      })
      return
    }
    const { taste, tell, openLog, coverage } = this.#options
    const skewMs = taste.skewMs === 0 ? 0 : this.#faults.between(-taste.skewMs, taste.skewMs)
    if (skewMs !== 0) coverage.count('clock ahead or behind')
    const process = new SimulatedProcess(`${kind}-${this.#started++}`, kind, this.#clock, skewMs)
    const member: Member = { process, log: openLog(process), service: undefined }
    this.members.push(member)
    tell(`${process.id} starts`)
    void this.#live(member)
  }

  async #live(member: Member): Promise<void> {
    const { process } = member
    const { startService, violated, heard } = this.#options
    try {
      member.service = await startService(member, (event) => {
        heard(process, event)
      })
    } catch (error) {
      if (!(error instanceof LogError)) violated(`${process.id} did not start: ${String(error)}`)
      this.kill(process)
      return
    }
    const reason = await member.service.ended
    if (reason === undefined) return
    // Records are kept for longer than anybody sleeps, but for a virtual minute or two.
    if (reason.code === 'position_out_of_range' && process.hasSlept) this.kill(process)
    else violated(`${process.id} gave up: ${reason.message}`)
  }

  /** kill -9, and a supervisor that starts another: its group hears of it at once, or when the session ends. */
  kill(process: SimulatedProcess): void {
    const member = this.members.find((each) => each.process === process)
    if (member === undefined || process.isDead) return
    this.#options.tell(`${process.id} is killed`)
    member.log.kill()
    this.#remove(member)
    const faults = this.#faults
    this.#clock.schedule(faults.pick([200, 6_000]), () => {
      member.log.expire()
    })
    this.#clock.schedule(this.#options.isStormy() ? faults.pick([0, 500, 3_000]) : 0, () => {
      this.start(process.kind)
    })
  }

  #remove(member: Member): void {
    const index = this.members.indexOf(member)
    if (index >= 0) this.members.splice(index, 1)
  }

  /** All processes of a kind die, and none can be started for so long. */
  outage(kind: string, ms: number): void {
    this.#options.tell(`no ${kind} for ${ms}`)
    this.#outages.set(kind, this.#clock.now() + ms)
    for (const { process } of this.of(kind)) this.kill(process)
  }

  rejoin({ process, log }: Member): void {
    if (process.isFrozen) return
    this.#options.tell(`${process.id} joins anew`)
    log.rejoin()
  }

  /** A clean stop, and another process in its place. */
  stop(member: Member): void {
    const { process, service } = member
    if (service === undefined || process.isDead || this.#leaving.has(process)) return
    this.#leaving.add(process)
    this.#options.tell(`${process.id} is told to stop`)
    void this.#leave(member, service)
    if (this.#isAlone) return
    if (this.#faults.chance(0.5)) this.start(process.kind)
    else
      this.#clock.schedule(this.#faults.between(0, 5_000), () => {
        this.start(process.kind)
      })
  }

  async #leave(member: Member, service: RunningService): Promise<void> {
    await service.stop()
    this.#options.tell(`${member.process.id} has stopped`)
    this.#remove(member)
    await member.log.close()
    if (this.#isAlone) this.start(member.process.kind)
  }

  /** Then it is followed, and nobody takes from it what it does not know yet. */
  get #isAlone(): boolean {
    return this.#options.taste.replicas === 1
  }

  /** SIGSTOP for longer than a session, or not; then it wakes, and believes what it last heard for a while. */
  freeze({ process, log }: Member): void {
    if (process.isDead || process.isFrozen) return
    const { taste, tell, coverage } = this.#options
    const ms = this.#faults.pick(taste.isHot ? [7_000, 9_000, 12_000] : [1_000, 5_000, 9_000, 25_000])
    coverage.count(ms > 6_000 ? 'frozen beyond a session' : 'frozen within a session')
    tell(`${process.id} freezes for ${ms}`)
    process.freeze()
    this.#clock.schedule(6_000, () => {
      if (process.isFrozen) log.expire()
    })
    this.#clock.schedule(ms, () => {
      tell(`${process.id} wakes`)
      process.wake()
      if (ms > 6_000)
        this.#clock.schedule(this.#faults.between(0, 700), () => {
          log.rejoin()
        })
    })
  }
}
