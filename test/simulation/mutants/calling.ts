// The guards of the worker.
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import { lateOutcomeRecord } from '@waybill/schemas/generated/late-outcome'
import { results } from '@waybill/schemas/topics'
import type { Appended, Log, Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Effect } from '@waybill/worker/reducer/prepared'
import { notSent, resultOutput } from '@waybill/worker/reducer/result'
import type { WorkerStage } from '@waybill/worker/service'
import type { Mutation } from '../mutation.ts'
import type { SimulatedProcess } from '../simulated-process.ts'
import { replacing, seeing, stepping } from './wrapping.ts'

const isLate = (topic: string): boolean => topic.endsWith('.late')

const lateOf = (codec: Codec, { records }: Send): LateOutcome | null => {
  const decoded = codec.decode(lateOutcomeRecord, records[0]?.value ?? null)
  return decoded.kind === 'value' ? decoded.value : null
}

/** What each process has announced, and what of it hangs on a commit that is not known. */
interface Notes {
  readonly dispatches: Map<string, Dispatch>
  /** By partition: the calls of the batch at hand. */
  readonly batch: Map<
    number,
    { readonly context: object; readonly calls: Extract<Effect, { readonly kind: 'call' }>[] }
  >
  run: ((call: Effect, partition: number) => void) | undefined
}

const notes = new WeakMap<SimulatedProcess, Notes>()

function notesOf(process: SimulatedProcess): Notes {
  const known = notes.get(process) ?? { dispatches: new Map(), batch: new Map(), run: undefined }
  notes.set(process, known)
  return known
}

const noting: NonNullable<Mutation['worker']> = (stage, { process }) => {
  const own = notesOf(process)
  own.run = (call, partition) => {
    stage.run(call, partition, () => undefined)
  }
  return stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    const known = own.batch.get(context.partition)
    const batch = known?.context === context ? known : { context, calls: [] }
    own.batch.set(context.partition, batch)
    for (const effect of step.effects ?? [])
      if (effect.kind === 'call') {
        own.dispatches.set(effect.marked.attempt, effect.marked.marker.dispatch)
        batch.calls.push(effect)
      }
    return step
  })
}

/** A process that has lost the partition writes the result itself. */
const ownResults = (log: Log, process: SimulatedProcess, codec: Codec): Log =>
  replacing(log, {
    append(send) {
      const late = isLate(send.topic) ? lateOf(codec, send) : null
      const dispatch = notesOf(process).dispatches.get(late?.attempt ?? '')
      if (!late?.outcome || dispatch === undefined) return log.append(send)
      const { key, value, headers = {} } = resultOutput(dispatch, late.outcome, process.id)
      const record = { key, value: codec.encode<unknown>(results.value, value), headers }
      return log.append({ topic: results.name, partition: send.partition, records: [record] })
    },
  })

const nowhere = ({ topic, partition }: Send): Promise<Appended> => Promise.resolve({ topic, partition, offset: 0 })

/** After a commit that failed, for the worker only. */
const afterFailure = (
  log: Log,
  process: SimulatedProcess,
  happen: (partition: number, calls: readonly Extract<Effect, { readonly kind: 'call' }>[]) => void,
): Log =>
  replacing(log, {
    async openTransactions(id) {
      const transactions = await log.openTransactions(id)
      const partition = Number(id.split('.').at(-1))
      return {
        async commit(sends) {
          const calls = notesOf(process).batch.get(partition)?.calls ?? []
          try {
            return await transactions.commit(sends)
          } catch (error) {
            if (calls.length > 0) happen(partition, calls)
            throw error
          }
        },
        close: () => transactions.close(),
      }
    },
  })

const unsentAnyway = (log: Log, process: SimulatedProcess, codec: Codec): Log =>
  afterFailure(log, process, (partition, calls) => {
    for (const { marked } of calls) {
      const { attempt, marker } = marked
      const { claim, hash, target } = marker.dispatch
      const late = { attempt, outcome: notSent('stopping', marker.startedAt, process.clock.now()) }
      const record = { key: hash, value: codec.encode(lateOutcomeRecord, late), headers: { claim } }
      const topic = `provider.${target.provider}.late`
      void log.append({ topic, partition, records: [record] }).catch(() => undefined)
    }
  })

/** The task is dropped, and yet acts when it hears much later that its commit was done. */
const actsWhenDead = (log: Log, process: SimulatedProcess): Log =>
  afterFailure(log, process, (partition, calls) => {
    const topic = `worker.${process.kind}.changelog`
    const look = async (): Promise<void> => {
      const { start, end } = await log.range(topic, partition)
      const written = new Set<string>()
      await log.read(topic, partition, { from: start, to: end }, (records) => {
        for (const { key, value } of records) if (value !== null) written.add(String(key))
      })
      for (const call of calls)
        if (written.has(`marker/${call.marked.attempt}`)) notesOf(process).run?.(call, partition)
    }
    for (const ms of [1_000, 4_000, 8_000])
      process.clock.schedule(ms, () => {
        look().catch(() => undefined)
      })
  })

const adoptsAll = (stage: WorkerStage): WorkerStage =>
  stepping(
    stage,
    ({ inner, view, event, context }) => {
      const by = context.processId
      const own = seeing(view, (_, state) => (state?.marker ? { ...state, marker: { ...state.marker, by } } : state))
      return inner(event.kind === 'takenOver' ? own : view, event, context)
    },
    (_, { settledUntil }) => settledUntil,
  )

/** Each incarnation takes itself for another process. */
const adoptsNone = (stage: WorkerStage): WorkerStage => {
  let incarnations = 0
  const named = (id: string): string => `${id}#${incarnations}`
  return stepping(
    stage,
    ({ inner, view, event, context }) => {
      if (event.kind === 'takenOver') incarnations++
      return inner(view, event, { ...context, processId: named(context.processId) })
    },
    (key, state, since) => stage.reducer.due?.(key, state, { ...since, processId: named(since.processId) }) ?? null,
  )
}

/** Kept for no time at all, and yet never taken for an old one. */
const kept = new WeakMap<SimulatedProcess, number>()

const dropsEntries: Mutation = {
  name: 'the entry of a call is dropped once it is handed to late',
  settings: (settings, process) => ({
    ...settings,
    get settledCallMs() {
      return kept.get(process) ?? Infinity
    },
  }),
  worker: (stage, { process }) => ({
    ...stage,
    run(effect, partition, report) {
      if (effect.kind === 'adopt') {
        kept.set(process, -1)
        stage.run({ ...effect, own: [] }, partition, report)
        kept.set(process, Infinity)
      }
      stage.run(effect, partition, report)
    },
  }),
}

/** Attempts go by the hash, as if a hash had one claim only. */
const byHash = (stage: WorkerStage): WorkerStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind !== 'record' || event.value.type !== 'dispatch') return inner(view, event, context)
    const { claim, hash, attempt } = event.value.dispatch
    const [known, named] = [`marker/${claim}.${attempt}`, `${hash}.${attempt}`]
    const renamed = { ...view, get: (key: string) => view.get(key === known ? `marker/${named}` : key) }
    const step = inner(renamed, event, context)
    const changes = (step.changes ?? []).map(([, state]) => [`marker/${named}`, state] as const)
    const effects = (step.effects ?? []).map((effect) =>
      effect.kind === 'call' ? { ...effect, marked: { ...effect.marked, attempt: named } } : effect,
    )
    return { ...step, changes, effects }
  })

export const callingMutations: readonly Mutation[] = [
  { name: 'an orphan is called again as the same attempt', worker: adoptsAll },
  { name: 'late outcomes do not go through the owner', worker: noting, log: ownResults },
  { name: 'an attempt is named by its hash', worker: byHash },
  dropsEntries,
  { name: 'late carries "not sent" for a marker that is unknown', worker: noting, log: unsentAnyway },
  {
    name: 'there is no late topic',
    log: (log) => replacing(log, { append: (send) => (isLate(send.topic) ? nowhere(send) : log.append(send)) }),
  },
  {
    name: 'a settled attempt is forgotten before its deadline',
    worker: (stage) =>
      stepping(stage, ({ inner, view, event, context }) => {
        const step = inner(view, event, context)
        const changes = step.changes?.map(([key, state]) => [key, state?.settledUntil == null ? state : null] as const)
        return changes === undefined ? step : { ...step, changes }
      }),
  },
  {
    name: 'a stop does not look what became of its last commit',
    worker: (stage) => ({ ...stage, stopsKnowing: false }),
  },
  { name: 'a process does not adopt its own calls', worker: adoptsNone },
  { name: 'a dropped incarnation acts on a late commit', worker: noting, log: actsWhenDead },
  {
    name: 'a dead letter of the worker does not answer',
    worker: (stage) =>
      stepping(stage, ({ inner, view, event, context }) =>
        event.kind === 'unreadable' ? {} : inner(view, event, context),
      ),
  },
]
