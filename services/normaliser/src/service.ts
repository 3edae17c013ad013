// Wires the normaliser: requests are decoded once more, and schemas of strangers are checked in a thread.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogue as ourCatalogue } from '@waybill/routing/catalogue/catalogue'
import { parsePolicy } from '@waybill/routing/policy/parse'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { NormaliserState } from '@waybill/schemas/generated/normaliser-state'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import { normaliserChangelog, results } from '@waybill/schemas/topics'
import type { Clock } from '@waybill/runtime/clock'
import { sleep } from '@waybill/runtime/clock'
import type { Surroundings } from '@waybill/runtime/process'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Stage } from '@waybill/runtime/task/stage'
import { Thread } from '@waybill/runtime/thread/thread'
import { contractCatalogue } from './contract-catalogue.ts'
import type { DriftEvent } from './drift-alarm.ts'
import { driftAlarm } from './drift-alarm.ts'
import type { Validate } from './judging.ts'
import { judge } from './judging.ts'
import { measureNormaliser } from './metrics.ts'
import { normaliserReducer } from './reducer.ts'
import type { Prepared, Tables } from './reducer/prepared.ts'
import { validating } from './validating.ts'

export type NormaliserStage = Stage<NormaliserState, Prepared, never, never, Tables>

export interface NormaliserDependencies {
  readonly codec: Codec
  readonly clock: Clock
  /** startByShare and startByMaxMs are used here. */
  readonly settings: ProtocolSettings
  readonly validate: Validate
  /** With the prices that we pay: asked once a batch, so that a new policy needs no restart. */
  readonly catalogue: () => Catalogue
  readonly onEvent: (event: DriftEvent) => void
}

/** The runtime has decoded the value with the schema of its topic. */
const isResult = (topic: string, _value: unknown): _value is Result => topic === results.name

/** How often, and how long apart, the registry is asked for the schema of a request. */
const schemaAttempts = 30
const schemaRetryMs = 1_000

async function readRequest({ codec, clock }: NormaliserDependencies, bytes: Uint8Array): Promise<Request | null> {
  for (let attempt = 0; attempt < schemaAttempts; attempt++) {
    const decoded = codec.decode(requestRecord, bytes)
    if (decoded.kind === 'value') return decoded.value
    if (decoded.kind === 'unreadable') return null
    if (!(await codec.learn(decoded.id))) await sleep(clock, schemaRetryMs)
  }
  return null
}

export function normaliserStage(given: NormaliserDependencies): NormaliserStage {
  const { settings, validate, catalogue, clock, onEvent } = given
  const hear = driftAlarm(clock, onEvent)
  return {
    group: 'normaliser',
    inputs: [results],
    changelog: normaliserChangelog,
    reducer: normaliserReducer(settings),
    async prepare(value, { topic }) {
      if (!isResult(topic, value)) throw new TypeError(`${topic} is no input of the normaliser.`)
      const request = await readRequest(given, value.dispatch.request)
      const judgement = await judge(value, request, validate)
      hear(value.dispatch.target.id, judgement)
      return { result: value, request, judgement }
    },
    tables: () => ({ catalogue: catalogue() }),
    run: () => undefined,
  }
}

/** A check takes a tenth of a millisecond, and one that takes this long would take for ever. */
const deadlineMs = 250
const memoryMb = 128

/** A thread that checks candidates against schemas. */
export const validationThread = (): Thread =>
  new Thread({ module: new URL(import.meta.resolve('@waybill/providers/validation/thread')), deadlineMs, memoryMb })

/** The prices under the policy in force: an invalid new policy leaves the old ones. */
function followPrices(watchPolicy: Surroundings['watchPolicy']): () => Catalogue {
  let catalogue = ourCatalogue
  watchPolicy((text) => {
    const parsed = parsePolicy(text)
    if (!('policy' in parsed))
      throw new Error(parsed.problems.map(({ path, problem, hint }) => `${path}: ${problem} ${hint}`).join('; '))
    catalogue = contractCatalogue(ourCatalogue, parsed.policy)
  })
  return () => catalogue
}

/** Starts the normaliser of this process. */
export async function startNormaliser(given: Surroundings): Promise<RunningService> {
  const { settings: own, log, codec, clock, processId, onEvent, watchPolicy, logger, metrics } = given
  if (metrics !== undefined) measureNormaliser(metrics)
  const { partitions, dedupWindowMs } = own
  const thread = validationThread()
  const stage = normaliserStage({
    codec,
    clock,
    settings: { ...protocolDefaults, partitions, dedupWindowMs },
    validate: validating((check) => thread.ask(check), clock),
    catalogue: followPrices(watchPolicy),
    onEvent: (event) => {
      logger.warn(event, 'Another model answers than the pinned one: "waybill report" names it.')
    },
  })
  const finishing = { ...stage, finish: () => thread.close() }
  return runService(() => finishing, {
    log,
    codec,
    clock,
    processId,
    onEvent,
    settings: { ...taskDefaults, partitions },
  })
}
