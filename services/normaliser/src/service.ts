// Wires the normaliser: requests are decoded once more, and schemas of strangers are checked in a thread.
import type { Check, Verdict } from '@waybill/providers/settle'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { NormaliserState } from '@waybill/schemas/generated/normaliser-state'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import { normaliserChangelog, results } from '@waybill/schemas/topics'
import type { Surroundings } from '@waybill/runtime/process'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Stage } from '@waybill/runtime/task/stage'
import { Thread } from '@waybill/runtime/thread/thread'
import type { Validate } from './judging.ts'
import { judge } from './judging.ts'
import { normaliserReducer } from './reducer.ts'
import type { Prepared } from './reducer/prepared.ts'

export type NormaliserStage = Stage<NormaliserState, Prepared, never, never, null>

export interface NormaliserDependencies {
  readonly codec: Codec
  readonly settings: ProtocolSettings
  readonly validate: Validate
}

/** The runtime has decoded the value with the schema of its topic. */
const isResult = (topic: string, _value: unknown): _value is Result => topic === results.name

async function readRequest(codec: Codec, bytes: Uint8Array): Promise<Request | null> {
  let decoded = codec.decode(requestRecord, bytes)
  if (decoded.kind === 'unknownSchema' && (await codec.learn(decoded.id))) decoded = codec.decode(requestRecord, bytes)
  return decoded.kind === 'value' ? decoded.value : null
}

export function normaliserStage({ codec, settings, validate }: NormaliserDependencies): NormaliserStage {
  return {
    group: 'normaliser',
    inputs: [results],
    changelog: normaliserChangelog,
    reducer: normaliserReducer(settings),
    async prepare(value, { topic }) {
      if (!isResult(topic, value)) throw new TypeError(`${topic} is no input of the normaliser.`)
      const request = await readRequest(codec, value.dispatch.request)
      return { result: value, request, judgement: await judge(value, request, validate) }
    },
    tables: () => null,
    run: () => undefined,
  }
}

const deadlineMs = 250
/** Schemas that ran into the deadline are not tried again. */
const mostDenied = 1_000

/** Checks candidates in a thread that a stranger's schema cannot hold up. */
function threaded(thread: Thread): Validate {
  const denied = new Set<string>()
  return async ({ schema, candidates }: Check): Promise<Verdict> => {
    if (denied.has(schema)) return 'timeout'
    const asked = await thread.ask({ schema, candidates })
    if (asked.kind === 'answered') return typeof asked.answer === 'number' ? asked.answer : null
    if (denied.size >= mostDenied) denied.clear()
    denied.add(schema)
    return 'timeout'
  }
}

/** Starts the normaliser of this process. */
export async function startNormaliser(given: Surroundings): Promise<RunningService> {
  const { settings: own, log, codec, clock, processId, onEvent } = given
  const { partitions, dedupWindowMs } = own
  const module = new URL('../../../packages/providers/src/validation/thread.ts', import.meta.url)
  const thread = new Thread({ module, deadlineMs, memoryMb: 128 })
  const settings = { ...protocolDefaults, partitions, dedupWindowMs }
  const stage = normaliserStage({ codec, settings, validate: threaded(thread) })
  return runService(() => stage, { log, codec, clock, processId, onEvent, settings: { ...taskDefaults, partitions } })
}
