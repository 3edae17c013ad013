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

/** null where no call was made, or nobody saw its end: that says nothing about the target. */
export function sampleOf({ dispatch, outcome }: Result, place: ResultPlace, settings: Settings): LatencySample | null {
  if (outcome.kind !== 'ok' && outcome.kind !== 'unbilled' && outcome.kind !== 'ambiguous') return null
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
    outcome: outcome.kind === 'ok' ? 'ok' : (outcomes.get(outcome.failure) ?? 'failed'),
    limitMs: attemptDeadline(outcome.startedAt, deadline, settings) - outcome.startedAt,
    coolDown: coolDownOf(outcome),
    headroom: outcome.headroom,
  }
}

function coolDownOf({ coolDown, retryAfterMs }: Outcome): LatencySample['coolDown'] {
  const scope = scopes.find((each) => each === coolDown)
  return scope === undefined ? null : { scope, retryAfterMs }
}
