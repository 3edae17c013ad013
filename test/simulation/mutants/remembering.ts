// The guards of what is kept: answers in Redis and in the log, and statistics.
import type { Response } from '@waybill/schemas/generated/response'
import { responseRecord } from '@waybill/schemas/generated/response'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import type { Log, LogRecord } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Read, ReadDone } from '@waybill/router/reducer/prepared'
import type { Mutation } from '../mutation.ts'
import type { SimulatedProcess } from '../simulated-process.ts'
import { replacing, seeing, stepping } from './wrapping.ts'

/** The claims whose answers each process looks for, by hash. */
const wanted = new WeakMap<SimulatedProcess, Map<string, string>>()

const wantedBy = (process: SimulatedProcess): Map<string, string> => {
  const claims = wanted.get(process) ?? new Map<string, string>()
  wanted.set(process, claims)
  return claims
}

const asResponse = (codec: Codec, bytes: Buffer | null): Response | null => {
  const decoded = codec.decode(responseRecord, bytes)
  return decoded.kind === 'value' ? decoded.value : null
}

/** Whatever Redis has under a hash passes for the answer that is looked for. */
const anyInRedis: Pick<Mutation, 'wiring' | 'router'> = {
  wiring(given, process) {
    const { cache, codec } = given
    if (cache === undefined) return given
    return {
      ...given,
      cache: {
        ...cache,
        async get(hash) {
          const found = asResponse(codec, await cache.get(hash))
          const claim = wantedBy(process).get(hash) ?? ''
          return found === null ? null : codec.encode(responseRecord, { ...found, claim })
        },
      },
    }
  },
  router: (stage, { process }) => ({
    ...stage,
    run(effect, partition, report) {
      if (effect.kind === 'read') wantedBy(process).set(effect.hash, effect.claim)
      stage.run(effect, partition, report)
    },
  }),
}

/** The first record at the coordinates, or after them. */
async function nextAt(log: Log, { where }: Read): Promise<LogRecord | undefined> {
  const [topic = '', partition = '', offset = ''] = where.split('/')
  const { end } = await log.range(topic, Number(partition))
  const found: LogRecord[] = []
  await log.read(topic, Number(partition), { from: Number(offset), to: end }, (records) => {
    found.push(...records)
  })
  return found[0]
}

const anyInLog: NonNullable<Mutation['router']> = (stage, { log, codec }) => ({
  ...stage,
  run(effect, partition, report) {
    if (effect.kind !== 'read') {
      stage.run(effect, partition, report)
      return
    }
    const read = async (): Promise<ReadDone> => {
      const { hash, claim } = effect
      const value = (await nextAt(log, effect))?.value ?? null
      return { hash, claim, response: asResponse(codec, value), bytes: value?.length ?? 0 }
    }
    read().then(report, () => undefined)
  },
})

const uncounted = (state: RouterState): RouterState =>
  state.claim?.why === 'answer_lost' ? { ...state, claim: { ...state.claim, k: state.claim.k - 1 } } : state

const lossesUncounted: NonNullable<Mutation['router']> = (stage) =>
  stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    const changes = step.changes?.map(([key, state]) => [key, state === null ? null : uncounted(state)] as const)
    return changes === undefined || event.kind !== 'outcome' ? step : { ...step, changes }
  })

/** What was not published yet is known to the process alone. */
const forgetful: NonNullable<Mutation['stats']> = (stage) => {
  const owed = new Map<string, StatsState>()
  return stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind === 'takenOver') owed.clear()
    const step = inner(
      seeing(view, (key, state) => (key.startsWith('dirty/') ? owed.get(key) : state)),
      event,
      context,
    )
    for (const [key, state] of step.changes ?? [])
      if (key.startsWith('dirty/') && state !== null) owed.set(key, state)
      else owed.delete(key)
    return { ...step, changes: step.changes?.filter(([key]) => !key.startsWith('dirty/')) ?? [] }
  })
}

/** A schema that the registry did not give at once is none. */
function impatient(codec: Codec): Codec {
  const refused = new Set<number>()
  return {
    encode: (record, value) => codec.encode(record, value),
    misfitOf: (record, value) => codec.misfitOf(record, value),
    decode(record, bytes) {
      const decoded = codec.decode(record, bytes)
      return decoded.kind === 'unknownSchema' && refused.has(decoded.id)
        ? { kind: 'unreadable', reason: 'schema_unavailable', detail: '' }
        : decoded
    },
    async learn(id) {
      if (!(await codec.learn(id))) refused.add(id)
      return true
    },
  }
}

export const rememberingMutations: readonly Mutation[] = [
  { name: 'an answer in Redis is not checked', ...anyInRedis },
  { name: 'an answer at its coordinates is not checked', router: anyInLog },
  { name: 'an answer that is lost is not counted', router: lossesUncounted },
  {
    name: 'a log that does not answer has lost the answer',
    log: (log) => replacing(log, { readOne: (...where) => log.readOne(...where).catch(() => null) }),
  },
  { name: 'a schema that cannot be had at once is none', codec: impatient },
  {
    name: 'schemas of those who wait are not asked for at a takeover',
    router: (stage) => ({ ...stage, recall: () => Promise.resolve() }),
  },
  { name: 'a state is trusted after a long sleep', task: (settings) => ({ ...settings, knownForMs: Infinity }) },
  { name: 'statistics forget what they owe when they move', stats: forgetful },
  { name: 'who reads along writes dead letters as well', stats: (stage) => ({ ...stage, readsAlong: false }) },
]
