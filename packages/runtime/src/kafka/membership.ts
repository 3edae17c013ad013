// Membership of a group, by a kafkajs consumer that is paused from its first moment: it joins, beats and never fetches.
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Consumer, Kafka, PartitionAssigner } from 'kafkajs'
import kafkajs from 'kafkajs'
import type { JoinOptions, Membership } from '../log.ts'
import { LogError } from '../log.ts'
import { coAssigner } from './co-assigner.ts'
import type { Sockets } from './clusters.ts'
import { connectionOptions, retry } from './clusters.ts'
import { because } from './advice.ts'
import { toLogError } from './errors.ts'
import { isWithoutCoordinator } from './patches.ts'
import type { CompleteSettings } from './settings.ts'

/** Who we are in a group, as its coordinator wants to hear it. */
export interface Identity {
  readonly memberId: string
  readonly generation: number
}

/** Someone who waits until the group has shown that we are a member: a join shows it, or the second heartbeat from now. */
interface Waiter {
  beats: number
  resolve(): void
  reject(error: LogError): void
}

/** So long a group that was never joined may be without a coordinator. */
const firstJoinMs = 30_000

/** What the events of a consumer mean. */
class Member implements Membership {
  readonly #options: JoinOptions
  readonly #settings: CompleteSettings
  readonly #consumer: Consumer
  readonly #waiters = new Set<Waiter>()
  #tasks: readonly number[] = []
  #identity: Identity | undefined
  #generation = -1
  #over = false
  readonly #since = performance.now()

  constructor(options: JoinOptions, settings: CompleteSettings, kafka: Kafka) {
    this.#options = options
    this.#settings = settings
    const { sessionTimeoutMs, heartbeatMs } = settings
    this.#consumer = kafka.consumer({
      groupId: settings.prefix + options.group,
      partitionAssigners: [this.#assigner()],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      // How often it looks whether a heartbeat is due, since it fetches nothing.
      maxWaitTimeInMs: Math.ceil(heartbeatMs / 2),
      allowAutoTopicCreation: false,
      // An outage is no reason to give up: its member id would then stand in its own way until the session is over.
      // Who has left does not start again: a crash may be how our leaving ends.
      retry: {
        ...retry,
        retries: Number.MAX_SAFE_INTEGER,
        restartOnFailure: (crash) => Promise.resolve(!this.#over && this.#mayPass(crash)),
      },
    })
    this.#listen()
  }

  /** Without a coordinator a broker may need a moment, or the user may lack the right to ask: that does not pass. */
  #mayPass(error: Error): boolean {
    const isKnown = this.#identity !== undefined
    return isKnown || !isWithoutCoordinator(error) || performance.now() - this.#since < firstJoinMs
  }

  #assigner(): PartitionAssigner {
    return coAssigner({
      instance: randomUUID(),
      held: () => this.#tasks,
      joined: (generation) => {
        this.#generation = generation
      },
    })
  }

  async start(): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics: this.#options.topics.map((topic) => this.#settings.prefix + topic) })
    await this.#consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() })
  }

  #listen(): void {
    const { GROUP_JOIN, HEARTBEAT, CRASH } = this.#consumer.events
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#consumer.pause(Object.keys(payload.memberAssignment).map((topic) => ({ topic })))
      if (this.#over) {
        this.#leaveAgain()
        return
      }
      this.#identity = { memberId: payload.memberId, generation: this.#generation }
      this.#tasks = [...new Set(Object.values(payload.memberAssignment).flat())].toSorted((a, b) => a - b)
      const { group } = this.#options
      this.#settings.onMember({ group, memberId: payload.memberId })
      this.#settings.onEvent({ code: 'member_joined', name: group })
      this.#shown(2)
      this.#options.onAssigned(this.#tasks)
    })
    this.#consumer.on(HEARTBEAT, ({ payload }) => {
      this.#identity = { memberId: payload.memberId, generation: payload.groupGenerationId }
      this.#shown(1)
    })
    this.#consumer.on(CRASH, ({ payload }) => {
      if (this.#over) {
        this.#leaveAgain()
        return
      }
      this.#settings.onEvent({ code: 'member_crashed', name: this.#options.group, error: payload.error })
      // kafkajs joins again by itself after most errors; after the others nothing would ever happen again.
      if (!payload.restart) this.#lose(payload.error)
    })
  }

  #shown(beats: number): void {
    for (const waiter of this.#waiters) {
      waiter.beats -= beats
      if (waiter.beats > 0) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  #lose(cause: unknown): void {
    const error = new LogError('lost', `membership of ${this.#options.group} has ended${because(cause)}`, { cause })
    this.#end(error)
    this.#options.onLost(error)
  }

  #end(error: LogError): void {
    this.#over = true
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters.clear()
  }

  confirmed(): Promise<void> {
    if (this.#over) return Promise.reject(new LogError('lost', `no longer a member of ${this.#options.group}`))
    return new Promise((resolve, reject) => {
      this.#waiters.add({ beats: 2, resolve, reject })
    })
  }

  /** Undefined before the first join. */
  get identity(): Identity | undefined {
    return this.#identity
  }

  async leave(): Promise<void> {
    if (!this.#over) this.#end(new LogError('lost', `this member has left ${this.#options.group}`))
    try {
      await this.#disconnect()
    } catch (error) {
      throw toLogError(error, `leaving ${this.#options.group}`)
    }
  }

  /** kafkajs ignores a stop before it holds itself for running, which it does a moment after it tells of its join. */
  async #disconnect(): Promise<void> {
    await nextTurn()
    await this.#consumer.disconnect()
  }

  /** A join or a restart was under way when we left. */
  #leaveAgain(): void {
    this.#disconnect().catch(() => undefined)
  }
}
export type { Member }

/** Joins a group. Resolves when the join is under way: the tasks come by `onAssigned`. */
export async function joinGroup(options: JoinOptions, settings: CompleteSettings, sockets: Sockets): Promise<Member> {
  // One for each consumer: those of one Kafka object share state.
  const kafka = new kafkajs.Kafka({
    ...connectionOptions(settings, sockets),
    retry,
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const member = new Member(options, settings, kafka)
  try {
    await member.start()
    return member
  } catch (error) {
    await member.leave()
    throw toLogError(error, `joining ${options.group}`)
  }
}
