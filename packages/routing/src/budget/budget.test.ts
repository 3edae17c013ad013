import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Spend } from '@waybill/schemas/generated/spend'
import type { SpendTable } from './spend-table.ts'
import { foldSpend, seenIn } from './spend-table.ts'
import type { Standing, Wanted } from './verdict.ts'
import { overHardLimit, overSoftLimit } from './verdict.ts'
import { hourText, periodOf } from './window.ts'

const at = Date.UTC(2026, 10, 26, 13, 7)
const day = periodOf('day', at)
const spend = (partition: number, settledNanoUsd: number, rest: Partial<Spend> = {}): Spend => ({
  tenant: 'acme',
  window: 'day',
  startsAt: day.startsAt,
  partition,
  settledNanoUsd,
  reservedNanoUsd: 0,
  ...rest,
})

const standing = (hardMicroUsd: number | null, all: number, own: number, ownNanoUsd = own): Standing => ({
  budget: { window: 'day', softMicroUsd: 50, hardMicroUsd },
  period: day,
  seen: { all, own },
  ownNanoUsd,
})

const wanted = (nanoUsd: number, partitions: number, grant: Wanted['grant'] = null): Wanted => ({
  tenant: 'acme',
  nanoUsd,
  partitions,
  grant,
})

test('windows are of the calendar in UTC', () => {
  assert.deepEqual(periodOf('hour', at), { startsAt: at - 7 * 60_000, endsAt: at + 53 * 60_000 })
  assert.deepEqual(day, { startsAt: Date.UTC(2026, 10, 26), endsAt: Date.UTC(2026, 10, 27) })
  assert.deepEqual(periodOf('month', Date.UTC(2026, 11, 31)), {
    startsAt: Date.UTC(2026, 11, 1),
    endsAt: Date.UTC(2027, 0, 1),
  })
  assert.equal(periodOf('day', day.endsAt).startsAt, day.endsAt)
})

test('days are those of the calendar', () => {
  const time = fc.integer({ min: 0, max: Date.UTC(2400, 0) })
  fc.assert(
    fc.property(time, (each) => {
      const iso = new Date(each).toISOString()
      assert.equal(hourText(each), `${iso.slice(0, 13)}:00Z`)
      const { startsAt, endsAt } = periodOf('month', each)
      assert.equal(hourText(startsAt), `${iso.slice(0, 7)}-01T00:00Z`)
      assert.ok(startsAt <= each && each < endsAt)
    }),
  )
})

test('a grant is for all that is left, less what is known to be used; a refusal is for nothing', () => {
  const known = [standing(100, 20_000, 0, 10_000)]
  assert.equal(overHardLimit(known, wanted(70_000, 4, { kind: 'granted' })), null)
  assert.notEqual(overHardLimit(known, wanted(70_001, 4, { kind: 'granted' })), null)
  assert.notEqual(overHardLimit(known, wanted(1, 4, { kind: 'refused', window: 'day' })), null)
})

test('the newest word of each partition counts, and none of an earlier window', () => {
  const table: SpendTable = new Map()
  for (const word of [spend(0, 5), spend(0, 7), spend(1, 1, { reservedNanoUsd: 2 })]) foldSpend(table, word)
  foldSpend(table, spend(2, 99, { startsAt: day.startsAt - 86_400_000 }))
  foldSpend(table, spend(3, 99, { tenant: 'globex' }))
  assert.deepEqual(seenIn(table, spend(0, 0), 0), { all: 10, own: 7 })
})

test('over the hard limit, the rule is named, and when it resets', () => {
  const over = overHardLimit([standing(100, 99_900, 0)], wanted(200, 1))
  assert.equal(over?.reason, 'budget_exceeded')
  assert.equal(
    over?.detail,
    'budgets.day.hardMicroUsd: acme may spend $0.000100 this day; $0.000100 is spent or reserved, and this request may cost $0.000000. It resets at 2026-11-27T00:00Z.',
  )
  assert.equal(overHardLimit([standing(100, 99_800, 0)], wanted(200, 1)), null)
  assert.equal(overHardLimit([standing(null, 99_900, 0)], wanted(1e12, 1)), null)
})

test('a partition promises its share of what is left, whatever the others promise meanwhile', () => {
  assert.equal(overHardLimit([standing(100, 20_000, 0)], wanted(20_000, 4)), null)
  assert.notEqual(overHardLimit([standing(100, 20_000, 0)], wanted(20_001, 4)), null)
  assert.notEqual(
    overHardLimit([standing(100, 20_000, 0, 1)], wanted(20_000, 4)),
    null,
    'its own promises count at once',
  )
})

test('partitions that hear of each other late never promise more than the limit together', () => {
  const limit = 10_000
  const step = fc.record({
    partition: fc.nat({ max: 3 }),
    amount: fc.integer({ min: 1, max: 900 }),
    hear: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table: SpendTable = new Map()
      const used = [0, 0, 0, 0]
      for (const { partition, amount, hear } of steps) {
        const own = used[partition] ?? 0
        const seen = seenIn(table, spend(0, 0), partition)
        const room = overHardLimit([{ ...standing(limit / 1_000, 0, 0), seen, ownNanoUsd: own }], wanted(amount, 4))
        if (room === null) used[partition] = own + amount
        // What was committed is heard by all at one time, sooner or later.
        if (hear) for (const [at_, total] of used.entries()) foldSpend(table, spend(at_, total))
        assert.ok(used.reduce((sum, each) => sum + each, 0) <= limit)
      }
    }),
  )
})

test('the soft limit is told before the hard one rejects', () => {
  assert.equal(overSoftLimit([standing(100, 49_000, 0)], 1_000), null)
  assert.equal(overSoftLimit([standing(100, 49_000, 0)], 1_001)?.budget.window, 'day')
})
