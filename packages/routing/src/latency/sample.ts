// What one result says about how long its target takes.
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Result } from '@waybill/schemas/generated/result'
import { attemptDeadline, dispatchedAt } from '../plan.ts'
import type { ProtocolSettings } from '../protocol-defaults.ts'
import { sizeClassOf } from './size-class.ts'
import type { LatencySample } from './stats.ts'

/** Where the result's record stands. */
export interface ResultPlace {
  readonly partition: number
  /** Its append time, epoch milliseconds. */
  readonly appendedAt: number
}

type Settings = Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs' | 'attemptMaxMs'>

/** Classes of failure that are not merely one: by the names that workers record. */
const outcomes: ReadonlyMap<string | null, LatencySample['outcome']> = new Map([
  [null, 'ok'],
  ['timeout', 'timedOut'],
  ['rate_limited', 'rateLimited'],
])

const scopes = ['key', 'model', 'provider'] as const

type Called = Outcome & { readonly kind: 'ok' | 'unbilled' | 'ambiguous' }

const isCalled = (outcome: Outcome): outcome is Called =>
  outcome.kind === 'ok' || outcome.kind === 'unbilled' || outcome.kind === 'ambiguous'

/** null where it says nothing about the target: no call was made although there was room, or nobody saw its end. */
export function sampleOf({ dispatch, outcome }: Result, place: ResultPlace, settings: Settings): LatencySample | null {
  if (!isCalled(outcome) && outcome.headroom === null) return null
  const { target, expectedOutputTokens, startBy, deadline } = dispatch
  const madeAt = dispatchedAt(startBy, deadline, settings)
  return {
    target: target.id,
    sizeClass: sizeClassOf(expectedOutputTokens),
    shard: place.partition,
    endedAt: outcome.endedAt,
    appendedAt: place.appendedAt,
    totalMs: Math.max(0, outcome.endedAt - madeAt, outcome.callMs ?? 0),
    callMs: outcome.callMs,
    outcome: isCalled(outcome) ? endOf(outcome) : 'unsent',
    limitMs: attemptDeadline(outcome.startedAt, deadline, settings) - outcome.startedAt,
    coolDown: coolDownOf(outcome),
    headroom: outcome.headroom,
  }
}

const endOf = ({ kind, failure }: Called): LatencySample['outcome'] =>
  kind === 'ok' ? 'ok' : (outcomes.get(failure) ?? 'failed')

function coolDownOf({ coolDown, retryAfterMs }: Outcome): LatencySample['coolDown'] {
  const scope = scopes.find((each) => each === coolDown)
  return scope === undefined ? null : { scope, retryAfterMs }
}
