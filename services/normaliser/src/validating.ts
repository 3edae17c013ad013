// Checks against schemas of strangers, by a thread that no schema can hold up for long.
import type { Check } from '@waybill/providers/settle'
import type { Clock } from '@waybill/runtime/clock'
import type { Validate } from './judging.ts'

/** Asks the thread. Never rejects. */
export type Ask = (
  check: Check,
) => Promise<{ readonly kind: 'answered'; readonly answer: unknown } | { readonly kind: 'late' | 'failed' }>

/** A schema that has cost a thread is not tried again for a while: each time would hold up everyone else's answers. */
const deniedMs = 60_000
/** Of up to a quarter of a million characters each. */
const mostDenied = 64

export function validating(ask: Ask, clock: Pick<Clock, 'monotonic'>): Validate {
  const deniedUntil = new Map<string, number>()
  return async ({ schema, candidates }) => {
    if ((deniedUntil.get(schema) ?? 0) > clock.monotonic()) return 'timeout'
    const asked = await ask({ schema, candidates })
    if (asked.kind === 'answered') return typeof asked.answer === 'number' ? asked.answer : null
    deny(deniedUntil, schema, clock.monotonic() + deniedMs)
    return 'timeout'
  }
}

function deny(deniedUntil: Map<string, number>, schema: string, until: number): void {
  deniedUntil.delete(schema)
  const [oldest] = deniedUntil.keys()
  if (deniedUntil.size >= mostDenied && oldest !== undefined) deniedUntil.delete(oldest)
  deniedUntil.set(schema, until)
}
