// One simulated world: every service twice, a log, vendors, producers, and the faults of one seed.
import { topics } from '@waybill/schemas/topics'
import { LogError } from '@waybill/runtime/log'
import type { TransactionStep } from '@waybill/runtime/memory/cluster'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService } from '@waybill/runtime/task/service'
import type { TaskEvent } from '@waybill/runtime/task/task'
import { History, served } from './history.ts'
import type { Arriving } from './load.ts'
import { loadOf, partitions } from './load.ts'
import type { Mutation } from './mutation.ts'
import { policyOf, startOfTime } from './policies.ts'
import { Random } from './random.ts'
import { startService } from './services.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import type { Network } from './simulated-log.ts'
import { SimulatedLog } from './simulated-log.ts'
import { SimulatedProcess } from './simulated-process.ts'
import type { Taste } from './taste.ts'
import { tasteOf } from './taste.ts'
import { Vendors } from './vendor.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface Member {
  readonly process: SimulatedProcess
  readonly log: SimulatedLog
  service: RunningService | undefined
}

export interface WorldOptions {
  readonly seed: number
  readonly codec: Codec
  readonly mutation: Mutation | undefined
  /** Told what happens, with the virtual time since the start. */
  readonly tell: (line: string) => void
}

const never = (): Promise<void> => new Promise(() => undefined)
const kinds = ['router', 'normaliser', ...served] as const

export class World {
  readonly random: Random
  readonly taste: Taste
  readonly clock: VirtualClock
  readonly history: History
  readonly vendors: Vendors
  readonly load: readonly Arriving[]
  readonly members: Member[] = []
  readonly found: string[] = []
  readonly #options: WorldOptions
  readonly #cluster: SimulatedCluster
  readonly #network: Network
  readonly #owners = new Map<string, SimulatedProcess>()
  readonly #faults: Random
  #isStormy = true
  #mode: 'strict' | 'availability'
  readonly #policies = { strict: policyOf('strict'), availability: policyOf('availability') }
  #started = 0
  /** Kinds of service that nobody can start before a time. */
  readonly outages = new Map<string, number>()

  constructor(options: WorldOptions) {
    this.#options = options
    const random = new Random(options.seed)
    this.random = random
    this.taste = tasteOf(random.fork())
    this.clock = new VirtualClock(random.fork(), startOfTime)
    this.#faults = random.fork()
    const now = (): number => this.clock.now()
    this.history = new History(options.codec, now, 2 * this.taste.skewMs, (what) => {
      this.violated(what)
    })
    this.vendors = new Vendors(random.fork(), this.clock, this.taste.vendor, ({ attempt, kind }) => {
      this.tell(`${attempt} is called: ${kind}`)
    })
    this.#mode = random.chance(this.taste.strictShare) ? 'strict' : 'availability'
    this.load = loadOf(random.fork(), this.taste, options.codec)
    this.#cluster = this.#openCluster()
    this.#network = this.#openNetwork()
    for (const { name } of topics(served)) this.#cluster.createTopic(name, partitions)
  }

  tell(line: string): void {
    this.#options.tell(`${this.clock.now() - startOfTime} ${line}`)
  }

  violated(what: string): void {
    this.tell(`VIOLATED ${what}`)
    this.found.push(`at ${this.clock.now() - startOfTime} ms: ${what}`)
  }

  get isStormy(): boolean {
    return this.#isStormy
  }

  #openCluster(): SimulatedCluster {
    return new SimulatedCluster(
      {
        clock: this.clock,
        heartbeatMs: 200,
        disturb: (step, id) => (step === 'ended' ? Promise.resolve() : this.#disturb(step, id)),
      },
      {
        written: (sends, appended) => {
          this.tell(
            sends
              .map(
                ({ topic, partition, records }, index) =>
                  `${topic}/${partition}/${appended[index]?.offset}×${records.length}`,
              )
              .join(' '),
          )
          this.history.written(sends, appended)
        },
        pass: (topic, record) => {
          const isDamaged =
            this.#isStormy && /^provider|^responses$/u.test(topic) && this.#faults.chance(this.taste.damaged / 1_000)
          if (isDamaged) this.history.damaged(record)
          return isDamaged ? { ...record, value: Buffer.from('damaged') } : record
        },
        ended: (id) => this.#disturb('ended', id),
      },
    )
  }

  #openNetwork(): Network {
    const { slowestNetworkMs, slowNetworkShare, lost } = this.taste
    return {
      clock: this.clock,
      delayMs: () => (this.#faults.chance(slowNetworkShare) ? this.#faults.between(1, slowestNetworkMs) : 0),
      readMs: () => this.#faults.below(1 + this.taste.slowestReadMs),
      isLost: () => this.#isStormy && this.#faults.chance(lost),
      step: (process) => {
        if (this.#isStormy && this.#faults.chance(this.taste.killedAtStep / 1_000)) this.kill(process)
      },
      opened: (id, process) => this.#owners.set(id, process),
    }
  }

  /** A step of a transaction: its owner may die there, or hear nothing, or the request takes its time. */
  async #disturb(step: TransactionStep, id: string): Promise<void> {
    const faults = this.#faults
    const owner = this.#owners.get(id)
    if (faults.chance(this.taste.slowNetworkShare)) await this.#pause(faults.between(1, this.taste.slowestNetworkMs))
    // What a dead process had not sent yet is never sent.
    if (owner?.isDead === true && step !== 'ended' && faults.chance(0.5)) await never()
    if (!this.#isStormy || !faults.chance(this.taste.disturbed / 1_000)) return
    const what = faults.pick(['lost', 'slow', 'kill'])
    this.tell(`${id} ${step}: ${what}`)
    if (what === 'lost') throw new LogError('unknown', `lost at ${step}`)
    if (what === 'slow') await this.#pause(faults.between(1_000, 12_000))
    else await this.#killIn(owner)
  }

  async #killIn(owner: SimulatedProcess | undefined): Promise<void> {
    if (owner === undefined || this.taste.kills + this.taste.killedAtStep === 0) return
    this.kill(owner)
    if (this.#faults.chance(0.5)) await never()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(ms, resolve)
    })
  }

  startAll(): void {
    for (const kind of kinds) for (let count = 0; count < 2; count++) this.start(kind)
  }

  start(kind: string): void {
    const until = this.outages.get(kind) ?? 0
    if (until > this.clock.now()) {
      this.clock.schedule(until - this.clock.now(), () => {
        this.start(kind)
      })
      return
    }
    const skewMs = this.taste.skewMs === 0 ? 0 : this.#faults.between(-this.taste.skewMs, this.taste.skewMs)
    const process = new SimulatedProcess(`${kind}-${this.#started++}`, kind, this.clock, skewMs)
    const log = new SimulatedLog(process, this.#cluster, this.#network)
    const member: Member = { process, log, service: undefined }
    this.members.push(member)
    this.tell(`${process.id} starts`)
    void this.#live(member)
  }

  async #live(member: Member): Promise<void> {
    const { process, log } = member
    const { codec, mutation } = this.#options
    try {
      member.service = await startService({
        process,
        log,
        codec,
        mutation,
        taste: this.taste,
        vendors: this.vendors,
        policy: () => this.#policies[this.#mode],
        onEvent: (event) => {
          this.#heard(process, event)
        },
      })
    } catch (error) {
      if (!(error instanceof LogError)) this.violated(`${process.id} did not start: ${String(error)}`)
      this.kill(process)
      return
    }
    const reason = await member.service.ended
    if (reason !== undefined) this.violated(`${process.id} gave up: ${reason.message}`)
  }

  #heard({ id }: SimulatedProcess, { code, partition, detail = '' }: TaskEvent): void {
    if (code === 'dropped' && detail.startsWith('failed')) this.violated(`${id}/${partition}: ${detail}`)
    if (code !== 'committed') this.tell(`${id}/${partition} ${code} ${detail}`)
  }

  /** kill -9, and a supervisor that starts another: its group hears of it at once, or when the session ends. */
  kill(process: SimulatedProcess): void {
    const member = this.members.find((each) => each.process === process)
    if (member === undefined || process.isDead) return
    this.tell(`${process.id} is killed`)
    member.log.kill()
    this.#remove(member)
    const faults = this.#faults
    this.clock.schedule(faults.pick([200, 6_000]), () => {
      member.log.expire()
    })
    this.clock.schedule(this.#isStormy ? faults.pick([0, 500, 3_000]) : 0, () => {
      this.start(process.kind)
    })
  }

  #remove(member: Member): void {
    const index = this.members.indexOf(member)
    if (index >= 0) this.members.splice(index, 1)
  }

  /** A clean stop, and another process in its place. */
  stop(member: Member): void {
    const { process, service } = member
    if (service === undefined || process.isDead) return
    this.tell(`${process.id} is told to stop`)
    void this.#leave(member, service)
    if (this.#faults.chance(0.5)) this.start(process.kind)
    else
      this.clock.schedule(this.#faults.between(0, 5_000), () => {
        this.start(process.kind)
      })
  }

  async #leave(member: Member, service: RunningService): Promise<void> {
    await service.stop()
    this.tell(`${member.process.id} has stopped`)
    this.#remove(member)
    await member.log.close()
  }

  /** SIGSTOP for longer than a session, or not; then it wakes, and believes what it last heard for a while. */
  freeze({ process, log }: Member): void {
    if (process.isDead || process.isFrozen) return
    const ms = this.#faults.pick(this.taste.isHot ? [7_000, 9_000, 12_000] : [1_000, 5_000, 9_000, 25_000])
    this.tell(`${process.id} freezes for ${ms}`)
    process.freeze()
    this.clock.schedule(6_000, () => {
      if (process.isFrozen) log.expire()
    })
    this.clock.schedule(ms, () => {
      this.tell(`${process.id} wakes`)
      process.wake()
      if (ms > 6_000)
        this.clock.schedule(this.#faults.between(0, 700), () => {
          log.rejoin()
        })
    })
  }

  turnPolicy(): void {
    this.#mode = this.#mode === 'strict' ? 'availability' : 'strict'
    this.tell(`the policy is ${this.#mode} now`)
  }

  append({ send, ask }: Arriving): void {
    this.tell(`asked: ${ask}`)
    this.#cluster.append(send)
  }

  /** From now on nothing goes wrong any more. */
  clearUp(): void {
    this.#isStormy = false
    this.tell('the storm is over')
  }
}
