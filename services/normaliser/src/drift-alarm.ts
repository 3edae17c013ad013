// Tells that a vendor serves another model than the pinned one.
import type { Clock } from '@waybill/runtime/clock'
import type { Judgement } from './reducer/prepared.ts'

/** Ids, codes and counts only: which model served is the vendor's text, and stands in the cost records. */
export interface DriftEvent {
  readonly code: 'model_drifted'
  /** The target whose pin was not kept. */
  readonly target: string
  /** Such answers of the target since the start of this process. */
  readonly answers: number
}

/** A pin that is lost stays lost for days: told at once, and then only so often. */
const quietMs = 600_000

interface Drift {
  answers: number
  quietUntil: number
}

/** Hears of every judgement. */
export function driftAlarm(
  clock: Pick<Clock, 'monotonic'>,
  onEvent: (event: DriftEvent) => void,
): (target: string, judgement: Judgement) => void {
  const drifts = new Map<string, Drift>()
  return (target, judgement) => {
    if (!hasDrifted(judgement)) return
    const drift = drifts.get(target) ?? { answers: 0, quietUntil: -Infinity }
    drifts.set(target, drift)
    drift.answers++
    if (clock.monotonic() < drift.quietUntil) return
    drift.quietUntil = clock.monotonic() + quietMs
    onEvent({ code: 'model_drifted', target, answers: drift.answers })
  }
}

function hasDrifted(judgement: Judgement): boolean {
  if (judgement.kind === 'answer') return judgement.answer.drifted
  return judgement.kind === 'unusable' && judgement.drifted
}
