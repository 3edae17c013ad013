// One process of one service: a member of its group, running the tasks that the group gives it.
import type { Clock } from '../clock.ts'
import type { Log, Membership } from '../log.ts'
import { assigned, taskEvents } from '../observability/channels.ts'
import type { Codec } from '../registry/codec.ts'
import { FatalError } from './fatal.ts'
import type { TaskReading } from './reading.ts'
import type { Report, Stage } from './stage.ts'
import type { TaskEvent, TaskSettings } from './task.ts'
import { Task } from './task.ts'

export const taskDefaults: Omit<TaskSettings, 'partitions'> = {
  limits: { events: 500, bytesPerPartition: 512 * 1024 },
  positionsEveryMs: 60_000,
  offsetsEveryMs: 2_000,
  store: { decodedEntries: 4_096, chunkBytes: 1_048_576 },
  knownForMs: 3_600_000,
}

export interface ServiceOptions {
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly settings: TaskSettings
  /** This process, unique for each start. */
  readonly processId: string
  readonly onEvent: (event: TaskEvent) => void
}

export interface RunningService {
  /** Stops in order: nothing new, the running commits, the group, then what still runs. */
  stop(): Promise<void>
  /** Settles when the service has ended: with the reason, where it was not asked to. */
  readonly ended: Promise<FatalError | undefined>
  /** The tasks that are ours now. */
  tasks(): readonly number[]
  /** What each of them is at. */
  readings(): readonly TaskReading[]
}

/** What a stage gets of the process that it runs in. */
export interface Tasks<Outcome> {
  /** Hands an outcome to the task of a partition, if it is ours. */
  readonly report: Report<Outcome>
  /** What `admit` looks at has changed. */
  readonly wake: () => void
}

/**
 * Joins the stage's group and runs its tasks until stopped.
 * @param make builds the stage, given how to reach its tasks
 */
export async function runService<State, Prepared, Outcome, Effect, Tables>(
  make: (tasks: Tasks<Outcome>) => Stage<State, Prepared, Outcome, Effect, Tables>,
  options: ServiceOptions,
): Promise<RunningService> {
  const process = new Process(make, options)
  await process.join()
  return process
}

class Process<State, Prepared, Outcome, Effect, Tables> implements RunningService {
  readonly #options: ServiceOptions
  readonly #stage: Stage<State, Prepared, Outcome, Effect, Tables>
  readonly #tasks = new Map<number, Task<State, Prepared, Outcome, Effect, Tables>>()
  /** Tasks that were lost and have not ended yet: one of the same partition starts after them. */
  readonly #leaving = new Map<number, Promise<void>>()
  readonly ended: Promise<FatalError | undefined>
  #end: (reason: FatalError | undefined) => void = () => undefined
  #assigned: readonly number[] = []
  #membership: Membership | undefined
  #stopping: Promise<void> | undefined

  constructor(
    make: (tasks: Tasks<Outcome>) => Stage<State, Prepared, Outcome, Effect, Tables>,
    options: ServiceOptions,
  ) {
    this.#options = {
      ...options,
      onEvent: (event) => {
        taskEvents.publish(event)
        options.onEvent(event)
      },
    }
    this.#stage = make({
      report: (partition, outcome) => this.#tasks.get(partition)?.report(outcome) ?? false,
      wake: () => {
        for (const task of this.#tasks.values()) task.wake()
      },
    })
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  tasks(): readonly number[] {
    return [...this.#tasks.keys()]
  }

  readings(): readonly TaskReading[] {
    return [...this.#tasks.values()].map((task) => task.reading())
  }

  async join(): Promise<void> {
    const { log } = this.#options
    this.#membership = await log.join({
      group: this.#stage.group,
      topics: this.#stage.inputs.map(({ name }) => name),
      onAssigned: (partitions) => {
        this.#assign(partitions)
      },
      onLost: (error) => {
        this.#fail(new FatalError('membership_lost', `${this.#stage.group}: ${error.message}`))
      },
    })
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stopping !== undefined) return
    assigned.publish({ group: this.#stage.group, partitions })
    this.#assigned = partitions
    for (const [partition, task] of this.#tasks) if (!partitions.includes(partition)) this.#drop(partition, task)
    for (const partition of partitions) if (!this.#tasks.has(partition)) this.#start(partition)
  }

  #drop(partition: number, task: Task<State, Prepared, Outcome, Effect, Tables>): void {
    this.#tasks.delete(partition)
    task.stop()
    this.#leaving.set(partition, this.#afterwards(partition, task))
  }

  async #afterwards(partition: number, task: Task<State, Prepared, Outcome, Effect, Tables>): Promise<void> {
    await task.ended
    this.#leaving.delete(partition)
    if (this.#stopping === undefined && this.#assigned.includes(partition)) this.#start(partition)
  }

  #start(partition: number): void {
    if (this.#tasks.has(partition) || this.#leaving.has(partition)) return
    const task = new Task({
      ...this.#options,
      stage: this.#stage,
      partition,
      membership: () => this.#membership,
      onFatal: (error) => {
        this.#fail(error)
      },
    })
    this.#tasks.set(partition, task)
  }

  #fail(error: FatalError): void {
    void this.#shutDown(error)
  }

  stop(): Promise<void> {
    return this.#shutDown(undefined)
  }

  #shutDown(reason: FatalError | undefined): Promise<void> {
    this.#stopping ??= this.#close(reason)
    return this.#stopping
  }

  async #close(reason: FatalError | undefined): Promise<void> {
    this.#stage.stopping?.()
    const tasks = [...this.#tasks.values()]
    for (const task of tasks) task.finish()
    await Promise.all([...tasks.map(({ ended }) => ended), ...this.#leaving.values()])
    this.#tasks.clear()
    await this.#membership?.leave().catch(() => undefined)
    await this.#stage.finish?.()
    this.#end(reason)
  }
}
