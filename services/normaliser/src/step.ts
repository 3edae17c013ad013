// One step of the reducer, and what it put out: for tests.
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Response } from '@waybill/schemas/generated/response'
import { costs, responses } from '@waybill/schemas/topics'
import type { Output, StageEvent } from '@waybill/runtime/task/stage'
import { catalogue, now } from './given.ts'
import { normaliserReducer } from './reducer.ts'
import type { Prepared } from './reducer/prepared.ts'

const reducer = normaliserReducer(protocolDefaults)
const view = { get: () => undefined, under: () => [], open: () => [] }
const arrival = {
  topic: 'provider.results',
  partition: 0,
  offset: 3,
  key: 'abc',
  timestamp: now,
  headers: {
    claim: 'requests/0/7',
    attempt: '2',
    k: '1',
    owner: 'order-1',
    tenant: 'acme',
    id: 'order-1',
    hash: 'abc',
  },
  bytes: Buffer.from('bytes'),
}

function outputsOf(event: StageEvent<Prepared, never>): readonly Output[] {
  const context = { now, partition: 0, processId: 'me', tables: { catalogue } }
  const { outputs = [], changes = [], effects = [] } = reducer.step(view, event, context)
  if (changes.length + effects.length > 0) throw new Error('The normaliser has no state and no effects.')
  return outputs
}

export const settled = (value: Prepared): readonly Output[] => outputsOf({ kind: 'record', arrival, value })

export const unreadable = (
  value: Prepared | null,
  reason: string,
  headers: Readonly<Record<string, string>> = arrival.headers,
): readonly Output[] => outputsOf({ kind: 'unreadable', arrival: { ...arrival, headers }, reason, detail: '', value })

/** The topic says which record it is. */
const isCost = (topic: string, _value: unknown): _value is Cost => topic === costs.name
const isResponse = (topic: string, _value: unknown): _value is Response => topic === responses.name
const isDispatch = (topic: string, _value: unknown): _value is Dispatch => topic.endsWith('.requests')

interface Said {
  readonly costs: readonly Cost[]
  readonly responses: readonly Response[]
  readonly dispatches: readonly (readonly [topic: string, dispatch: Dispatch])[]
}

/** The records by what they are. */
export function said(outputs: readonly Output[]): Said {
  return {
    costs: outputs.flatMap(({ topic, value }) => (isCost(topic.name, value) ? [value] : [])),
    responses: outputs.flatMap(({ topic, value }) => (isResponse(topic.name, value) ? [value] : [])),
    dispatches: outputs.flatMap(({ topic, value }) => (isDispatch(topic.name, value) ? [[topic.name, value]] : [])),
  }
}
