// One simulated world: every service twice, a log, vendors, producers, and the faults of one seed.
import { dispatches, topics } from '@waybill/schemas/topics'
import { LogError } from '@waybill/runtime/log'
import type { OutgoingRecord } from '@waybill/runtime/log'
import type { TransactionStep } from '@waybill/runtime/memory/cluster'
import type { TaskEvent } from '@waybill/runtime/task/task'
import { Coverage } from './coverage.ts'
import { Crew } from './crew.ts'
import { damageOf, damagedValue } from './dead-letters.ts'
import type { History } from './history.ts'
import { served } from './history.ts'
import type { Arriving } from './load.ts'
import { loadOf, noteLoad, partitions } from './load.ts'
import { LogCleaner } from './log-cleaner.ts'
import type { Mutation } from './mutation.ts'
import { Observers } from './observers.ts'
import { Policies, startOfTime } from './policies.ts'
import { Random } from './random.ts'
import { settingsOf, startService } from './services.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import type { Network } from './simulated-log.ts'
import { SimulatedLog } from './simulated-log.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import { SimulatedRedis } from './simulated-redis.ts'
import type { Builds } from './simulated-registry.ts'
import { SimulatedRegistry } from './simulated-registry.ts'
import type { Taste } from './taste.ts'
import { tasteOf } from './taste.ts'
import { unsteadyNetwork } from './unsteady-network.ts'
import { Vendors } from './vendor.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface WorldOptions {
  readonly seed: number
  readonly builds: Builds
  readonly mutation: Mutation | undefined
  /** Nothing arrives and nothing goes wrong after so many virtual milliseconds. */
  readonly untilMs: number
  /** Told what happens, with the virtual time since the start. */
  readonly tell: (line: string) => void
}

const never = (): Promise<void> => new Promise(() => undefined)
const kinds = ['router', 'normaliser', 'stats', ...served] as const
/** What a step of a transaction is called where it goes wrong. */
const named = { begin: 'begin', produced: 'produce', ended: 'EndTxn' } as const

export class World {
  readonly random: Random
  readonly taste: Taste
  readonly clock: VirtualClock
  readonly coverage = new Coverage()
  readonly history: History
  readonly observers: Observers
  readonly vendors: Vendors
  readonly redis: SimulatedRedis
  readonly registry: SimulatedRegistry
  readonly crew: Crew
  readonly cleaner: LogCleaner
  readonly planned: readonly Arriving[]
  /** Of what is planned, what arrives. */
  readonly load: readonly Arriving[]
  readonly found: string[] = []
  readonly #options: WorldOptions
  readonly #cluster: SimulatedCluster
  readonly #network: Network
  readonly #owners = new Map<string, SimulatedProcess>()
  readonly #faults: Random
  #isStormy = true
  readonly #policies: Policies

  constructor(options: WorldOptions) {
    this.#options = options
    const { builds } = options
    const { codec } = builds
    const random = new Random(options.seed)
    this.random = random
    this.taste = tasteOf(random.fork())
    this.clock = new VirtualClock(random.fork(), startOfTime)
    this.#faults = random.fork()
    const { clock, coverage, taste } = this
    const now = (): number => clock.now()
    const violated = (what: string): void => {
      this.violated(what)
    }
    const tell = (line: string): void => {
      this.tell(line)
    }
    this.registry = new SimulatedRegistry(builds, clock, () => {
      coverage.count('schema asked for')
    })
    this.observers = new Observers({
      codec,
      now,
      coverage,
      violated,
      skewMs: 2 * taste.skewMs,
      hardMicroUsd: taste.hardMicroUsd,
      settings: settingsOf(taste),
      cluster: () => this.#cluster,
      registryDownMs: () => this.registry.downMs,
    })
    this.history = this.observers.history
    this.vendors = new Vendors(random.fork(), clock, taste.vendor, (kind, attempt) => {
      coverage.count(`call: ${kind}`)
      this.tell(`${attempt} is called: ${kind}`)
    })
    this.#policies = new Policies(random.chance(taste.strictShare) ? 'strict' : 'availability', taste.hardMicroUsd)
    this.planned = loadOf(random.fork(), taste, builds)
    this.load = this.planned.filter(({ afterMs }) => afterMs < options.untilMs)
    noteLoad(this.load, coverage)
    this.#cluster = this.#openCluster()
    this.#network = this.#openNetwork()
    for (const { name } of topics(served)) this.#cluster.createTopic(name, partitions)
    this.cleaner = new LogCleaner({ cluster: this.#cluster, history: this.history, clock, coverage, tell })
    this.redis = new SimulatedRedis(clock, (hash, value) => {
      this.observers.foundInRedis(hash, value)
    })
    this.crew = this.#gather(tell, violated)
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
          const where = sends.map(
            ({ topic, partition, records }, index) =>
              `${topic}/${partition}/${appended[index]?.offset}×${records.length}`,
          )
          this.tell(where.join(' '))
          this.observers.written(sends, appended)
        },
        pass: (topic, record) => this.#passed(topic, record),
        ended: (id) => this.#disturb('ended', id),
      },
    )
  }

  /** A record on its way into the log: some are damaged. */
  #passed(topic: string, record: OutgoingRecord): OutgoingRecord {
    const what = damageOf(topic)
    // A copy that cannot be read would end a chain which another carrier goes on with.
    if (this.history.copied.has(String(record.headers?.['claim']))) return record
    // There are few of those.
    const share = (this.taste.damaged / 1_000) * (what === 'damaged: late' ? 10 : 1)
    if (what === undefined || !this.#isStormy || !this.#faults.chance(share)) return record
    this.coverage.count(what)
    return { ...record, value: damagedValue }
  }

  #openNetwork(): Network {
    const { clock, taste, coverage } = this
    return unsteadyNetwork({
      clock,
      taste,
      coverage,
      faults: this.#faults,
      isStormy: () => this.#isStormy,
      kill: (process) => {
        this.crew.kill(process)
      },
      opened: (id, process) => this.#owners.set(id, process),
    })
  }

  #gather(tell: (line: string) => void, violated: (what: string) => void): Crew {
    const { clock, taste, coverage, vendors } = this
    const { mutation } = this.#options
    const redis = taste.hasRedis ? this.redis : undefined
    return new Crew({
      clock,
      taste,
      coverage,
      tell,
      violated,
      faults: this.#faults,
      isStormy: () => this.#isStormy,
      startsAfter: () => this.registry.downUntil,
      openLog: (process) => new SimulatedLog(process, this.#cluster, this.#network),
      startService: ({ process, log }, onEvent) =>
        startService({
          process,
          log,
          mutation,
          codec: this.registry.codecOf(process, this.#faults.chance(taste.newer)),
          taste,
          vendors,
          redis,
          onEvent,
          policy: () => this.#policies.current,
        }),
      heard: (process, event) => {
        this.#heard(process, event)
      },
    })
  }

  /** A step of a transaction: its owner may die there, or hear nothing, or the request takes its time. */
  async #disturb(step: TransactionStep, id: string): Promise<void> {
    const faults = this.#faults
    const owner = this.#owners.get(id)
    if (faults.chance(this.taste.slowNetworkShare)) await this.#pause(faults.between(1, this.taste.slowestNetworkMs))
    // What a dead process had not sent yet is never sent.
    if (owner?.isDead === true && step !== 'ended' && faults.chance(0.5)) await never()
    if (this.#isStormy && faults.chance(this.taste.disturbed / 1_000)) await this.#goWrong(step, id, owner)
  }

  async #goWrong(step: TransactionStep, id: string, owner: SimulatedProcess | undefined): Promise<void> {
    const faults = this.#faults
    const what = faults.pick(['lost', 'slow', 'kill'])
    this.tell(`${id} ${step}: ${what}`)
    if (what !== 'kill') this.coverage.countIfKnown(`${named[step]} ${what}`)
    if (what === 'lost') throw new LogError('unknown', `lost at ${step}`)
    if (what === 'slow') await this.#pause(faults.between(1_000, 12_000))
    else await this.#killIn(owner)
  }

  async #killIn(owner: SimulatedProcess | undefined): Promise<void> {
    if (owner === undefined || this.taste.kills + this.taste.killedAtStep === 0) return
    if (!owner.isDead) this.coverage.count('killed in a transaction')
    this.crew.kill(owner)
    if (this.#faults.chance(0.5)) await never()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(ms, resolve)
    })
  }

  startAll(): void {
    for (const kind of kinds) for (let count = 0; count < this.taste.replicas; count++) this.crew.start(kind)
  }

  #heard(process: SimulatedProcess, { code, group, partition, detail = '', count }: TaskEvent): void {
    const { id } = process
    if (code === 'dropped') {
      if (detail.startsWith('failed')) this.violated(`${id}/${partition}: ${detail}`)
      this.coverage.countIfKnown(detail.startsWith('fenced') ? 'fenced' : `dropped: ${detail.split(':')[0]}`)
    }
    if (code === 'restored' && this.#owners.get(`${group}.${partition}`) === process)
      this.#checkRestored(`${id}/${partition}`, count ?? 0, this.history.states.entriesOf(group, partition))
    if (code !== 'committed') this.tell(`${id}/${partition} ${code} ${detail}`)
  }

  /** Whatever was compacted meanwhile: nobody else can have written since the fence. */
  #checkRestored(task: string, restored: number, written: number): void {
    if (restored !== written)
      this.violated(`State: ${task} has restored ${restored} entries, and ${written} are written`)
  }

  turnPolicy(): void {
    this.#policies.turn()
    this.coverage.count('policy turned')
    this.tell(`the policy is ${this.#policies.current.version} now`)
  }

  /** A person takes an order from its topic and appends it again. */
  copyOrder(random: Random): void {
    const topic = dispatches(random.pick(served)).name
    const { records } = this.#cluster.partition(topic, random.below(partitions)).read(0, 1_000)
    const order = records[random.below(records.length)]
    if (order === undefined) return
    this.tell(`${topic}/${order.partition}/${order.offset} is copied`)
    this.history.copied.add(String(order.headers['claim']))
    this.coverage.count('order copied back')
    this.#cluster.append({ topic, partition: order.partition, records: [order] })
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
