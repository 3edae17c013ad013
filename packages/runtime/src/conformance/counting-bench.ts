// The counting stage on any log, for the suites of the task loop.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Codec } from '../registry/codec.ts'
import { openCodec } from '../registry/codec.ts'
import { memoryRegistry } from '../registry/memory-registry.ts'
import type { CountingStage } from '../task/counting.ts'
import { countingStage, countingTopics, noteRecord, output } from '../task/counting.ts'
import type { RunningService } from '../task/service.ts'
import { runService, taskDefaults } from '../task/service.ts'
import { schemasOf } from '../task/stage.ts'
import type { TaskEvent, TaskSettings } from '../task/task.ts'
import type { Case, LogUnderTest } from './observe.ts'
import { everything } from './observe.ts'

/** Topics of its own for each case: the suite's cluster is shared. */
export interface Bench {
  readonly codec: Codec
  readonly name: (topic: { readonly name: string }) => string
  readonly stage: (run?: CountingStage['run']) => CountingStage
  /** @param prepare what is done to the log of the process before it starts */
  start(
    stage: CountingStage,
    settings?: Partial<TaskSettings>,
    clock?: Clock,
    prepare?: (log: Log) => void,
  ): Promise<Started>
  write(topic: { readonly name: string }, ...notes: readonly (readonly [key: string, text: string])[]): Promise<void>
  said(): Promise<readonly string[]>
}

export const partitions = 2

interface Started extends RunningService {
  readonly log: Log
  readonly events: readonly TaskEvent[]
}

/** The counting stage, on topics with a name of their own. */
function renamed(suffix: string, name: Bench['name'], run?: CountingStage['run']): CountingStage {
  const stage = countingStage(run)
  const { reducer } = stage
  return {
    ...stage,
    group: `counting-${suffix}`,
    inputs: stage.inputs.map((topic) => ({ ...topic, name: name(topic) })),
    changelog: { ...stage.changelog, name: name(stage.changelog) },
    reducer: {
      ...reducer,
      step(view, event, context) {
        const step = reducer.step(view, event, context)
        const outputs = step.outputs?.map((said) => ({ ...said, topic: { ...said.topic, name: name(said.topic) } }))
        return { ...step, outputs: outputs ?? [] }
      },
    },
  }
}

/** Those of the case at hand. */
const running = new Set<RunningService>()

function stopped(): readonly Promise<void>[] {
  const services = [...running]
  running.clear()
  return services.map((service) => service.stop())
}

/** The same cases, which leave no service behind where they fail: it would keep the process of the tests alive. */
export const endingServices = (cases: readonly Case[]): readonly Case[] =>
  cases.map(([promise, kept]) => [
    promise,
    async (cluster) => {
      try {
        await kept(cluster)
      } catch (error) {
        // What the case has found counts, and not what its services say of it when they are stopped.
        await Promise.allSettled(stopped())
        throw error
      }
      await Promise.all(stopped())
    },
  ])

async function start(
  cluster: LogUnderTest,
  codec: Codec,
  stage: CountingStage,
  settings: Partial<TaskSettings>,
  clock: Clock,
  prepare: (log: Log) => void,
): Promise<Started> {
  const log = await cluster.client()
  prepare(log)
  const events: TaskEvent[] = []
  const service = await runService(() => stage, {
    log,
    codec,
    clock,
    processId: randomUUID(),
    settings: { ...taskDefaults, partitions, ...settings },
    onEvent: (event) => void events.push(event),
  })
  running.add(service)
  return { ...bound(service), log, events }
}

export async function bench(cluster: LogUnderTest): Promise<Bench> {
  const suffix = randomUUID().slice(0, 8)
  const name = (topic: { readonly name: string }): string => `${topic.name}-${suffix}`
  for (const topic of countingTopics) {
    const compacted = topic.cleanup === 'compact'
    const given = topic.name === 'dead-letters' ? topic.name : name(topic)
    await cluster.createTopic(given, { partitions, compacted, maxMessageBytes: topic.maxMessageBytes })
  }
  const codec = await openCodec(memoryRegistry(), schemasOf(countingTopics, ''))
  const log = await cluster.client()
  return {
    codec,
    name,
    stage: (run) => renamed(suffix, name, run),
    start: (stage, settings = {}, clock = systemClock, prepare = () => undefined) =>
      start(cluster, codec, stage, settings, clock, prepare),
    async write(topic, ...notes) {
      const records = notes.map(([key, text]) => ({ key, value: codec.encode(noteRecord, { text }) }))
      await log.append({ topic: name(topic), partition: 0, records })
    },
    async said() {
      const records = await everything(log, name(output))
      return records.map(({ value }) => {
        const decoded = codec.decode(noteRecord, value)
        return decoded.kind === 'value' ? decoded.value.text : decoded.kind
      })
    },
  }
}

const bound = (service: RunningService): RunningService => ({
  stop: () => service.stop(),
  ended: service.ended,
  tasks: () => service.tasks(),
  readings: () => service.readings(),
})

/** Waits until so many notes have been said. */
export async function saidSoMany(run: Bench, count: number): Promise<readonly string[]> {
  let notes: readonly string[] = []
  const end = Date.now() + 30_000
  for (let pauseMs = 10; notes.length < count && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    const from = Date.now()
    notes = await run.said()
    // To look takes time from those who are to say it.
    pauseMs = Math.max(10, 2 * (Date.now() - from))
  }
  return notes
}
