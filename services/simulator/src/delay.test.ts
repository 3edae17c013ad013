import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { plannedDelay } from './delay.ts'
import { defaultModels } from './prices.ts'

const pace = { latencyScale: 1, latencyFixedMs: null, tailShare: 0.02 }
const delays = (tokens: number | null, tailShare: number = 0.02): readonly number[] => {
  const model = defaultModels.find((each) => each.id === 'gpt-5.4-mini') ?? null
  return Array.from({ length: 2_000 }, (_, index) =>
    plannedDelay(model, tokens, { ...pace, tailShare }, `seed-${index}`),
  ).toSorted((one, other) => one - other)
}
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0

test('half of the calls are quick, and a few take many times as long', () => {
  const sorted = delays(120)
  ok(at(sorted, 0.5) > 150 && at(sorted, 0.5) < 400, `median ${at(sorted, 0.5)}`)
  ok(at(sorted, 0.999) > 4 * at(sorted, 0.5), `p99.9 ${at(sorted, 0.999)}`)
  ok(at(delays(120, 0), 0.999) < 4 * at(sorted, 0.5))
})

test('more tokens take longer, and errors come sooner', () => {
  ok(at(delays(1_200), 0.5) > 2 * at(delays(120), 0.5))
  ok(at(delays(null), 0.5) < at(delays(1), 0.5) / 2)
})

test('every model answers a demo within a second, as a rule', () => {
  for (const model of defaultModels) {
    const sorted = Array.from({ length: 100 }, (_, index) => plannedDelay(model, 90, pace, `${index}`)).toSorted(
      (one, other) => one - other,
    )
    ok(at(sorted, 0.5) >= 100 && at(sorted, 0.5) <= 800, `${model.id} ${at(sorted, 0.5)}`)
  }
})

test('a scale of nothing and a fixed time are exact', () => {
  equal(plannedDelay(null, 50, { ...pace, latencyScale: 0 }, 's'), 0)
  equal(plannedDelay(null, 50, { ...pace, latencyFixedMs: 77 }, 's'), 77)
})
