// Numbers for a schema: within bounds, and a multiple where one is asked for.
import type { JsonObject } from '../json.ts'
import { memberOf, numberAt } from '../json.ts'
import type { Random } from '../random.ts'
import { between } from '../random.ts'

export function numberValue(schema: JsonObject, random: Random, whole: boolean): number {
  const step = stepOf(schema, whole)
  const low = boundOf(schema, 'minimum', 'exclusiveMinimum', step)
  const high = boundOf(schema, 'maximum', 'exclusiveMaximum', -step)
  const from = low ?? (high === null ? 0 : Math.min(0, high - 100 * step))
  const to = high ?? from + 100 * step
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  if (last < first) return whole ? Math.round(from) : (from + to) / 2
  // Not -0, and none of the noise of binary fractions.
  return Number((between(random, first, Math.min(last, first + 1_000)) * step).toPrecision(15)) + 0
}

function stepOf(schema: JsonObject, whole: boolean): number {
  const asked = numberAt(schema, 'multipleOf') ?? numberAt(schema, 'divisibleBy') ?? 0
  if (asked > 0 && Number.isFinite(asked)) return whole ? Math.ceil(asked) : asked
  return whole ? 1 : 0.25
}

/** Exclusive bounds are a flag in draft 4 and a number since. */
function boundOf(schema: JsonObject, inclusive: string, exclusive: string, step: number): number | null {
  const bound = numberAt(schema, inclusive)
  const strict = memberOf(schema, exclusive)
  if (typeof strict === 'number') {
    const inside = strict + step
    if (bound === null) return inside
    return step > 0 ? Math.max(inside, bound) : Math.min(inside, bound)
  }
  return bound !== null && strict === true ? bound + step : bound
}
