import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenCost } from '../given.ts'
import type { Difference } from './comparison.ts'
import { Books, compare } from './comparison.ts'
import { picoUsdOf, readExport, tableOf } from './export-rows.ts'
import type { Mapping } from './mapping.ts'
import { parseMapping } from './mapping.ts'
import { doubts, reconcilePage } from './reconcile.ts'

const folder = join(import.meta.dirname, '../../../../docs/reconcile')
const documented = (name: string): string => readFileSync(join(folder, name), 'utf8')

const mapping = parseMapping(
  JSON.stringify({ provider: 'openai', day: { column: 'day' }, model: { column: 'model' }, cost: { column: 'usd' } }),
)
const header = 'day,model,usd\n'

function compared(
  csv: string,
  costs: readonly ReturnType<typeof givenCost>[],
  by: Mapping = mapping,
): readonly Difference[] {
  const books = new Books(by)
  for (const cost of costs) books.add(cost)
  return compare(readExport(csv, by).billed, books.booked, by, { percent: 1 })
}

test('a bill that is what was booked is within the tolerance, and exact', () => {
  const [line] = compared(`${header}2026-11-24,gpt-5.4-mini-2026-03-17,0.000165\n`, [givenCost()])
  assert.deepEqual([line?.isWithin, line?.beyondPicoUsd, line?.billedPicoUsd], [true, '0', '165000000'])
})

test('a bill inside of what unknown calls may have cost is no difference, and beyond it is', () => {
  const unknown = givenCost({ claim: 'u', kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 1_000_000_000 })
  const within = compared(`${header}2026-11-24,gpt-5.4-mini-2026-03-17,0.001\n`, [givenCost(), unknown])
  const over = compared(`${header}2026-11-24,gpt-5.4-mini-2026-03-17,0.01\n`, [givenCost(), unknown])
  assert.deepEqual([within[0]?.isWithin, over[0]?.isWithin, over[0]?.beyondPicoUsd], [true, false, '8835000000'])
})

test('an unknown call without a bound leaves its line without an upper end, and that is told', () => {
  const unbounded = givenCost({ claim: 'u', kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: null })
  const high = compared(`${header}2026-11-24,gpt-5.4-mini-2026-03-17,12\n`, [givenCost(), unbounded])
  const low = compared(`${header}2026-11-24,gpt-5.4-mini-2026-03-17,0.0001\n`, [givenCost(), unbounded])
  assert.deepEqual([high[0]?.isWithin, high[0]?.bookedAtMostPicoUsd, low[0]?.isWithin], [true, null, false])
  assert.match(reconcilePage(high), /no bound/u)
  const books = new Books(mapping)
  books.add({ ...unbounded, target: { ...unbounded.target, provider: 'unknown' } })
  books.add(givenCost({ outputTokens: -1 }))
  const [figures, bound, nobody] = doubts(high, books, 0)
  assert.match(figures ?? '', /note: 1 cost record with figures that cannot be/u)
  assert.match(bound ?? '', /note: 1 cost record of unknown outcome and without a known price/u)
  assert.match(nobody ?? '', /note: 1 cost record of which not even the provider is known/u)
})

test('keys are told apart where the mapping names them, and those of others are left out', () => {
  const names = { 'key-1': 'default', 'key-2': 'team-a' }
  const by = parseMapping(
    JSON.stringify({
      provider: 'openai',
      day: { column: 'day' },
      model: { column: 'model' },
      account: { column: 'key', names },
      cost: { column: 'usd' },
    }),
  )
  const { target } = givenCost()
  const costs = ['default', 'team-a', 'team-b'].map((account) =>
    givenCost({ claim: account, target: { ...target, account } }),
  )
  const rows = ['key-1,0.000165', 'key-2,0.5', 'key-9,7'].map((rest) => `2026-11-24,gpt-5.4-mini-2026-03-17,${rest}`)
  const lines = compared(`day,model,key,usd\n${rows.join('\n')}\n`, costs, by)
  assert.deepEqual(
    lines.map(({ model, isWithin, billedPicoUsd }) => [model, isWithin, billedPicoUsd]),
    [
      ['gpt-5.4-mini-2026-03-17', true, '165000000'],
      ['gpt-5.4-mini-2026-03-17@team-a', false, '500000000000'],
    ],
  )
  assert.throws(
    () =>
      parseMapping(
        '{"provider":"openai","day":{"column":"a"},"model":{"column":"b"},"cost":{"column":"c"},"account":{"column":"d"}}',
      ),
    /^MappingError: account\.names: name at least one key/u,
  )
})

test('a cost record that someone has replayed is booked once, and told of like those that cannot be read', () => {
  const books = new Books(mapping)
  for (const cost of [givenCost(), givenCost(), givenCost({ attempt: 2 })]) books.add(cost)
  assert.deepEqual([...books.booked.values()][0]?.calls, 2)
  const [unread, again] = doubts([], books, 3)
  assert.match(unread ?? '', /3 cost records that cannot be read/u)
  assert.match(again ?? '', /1 cost record that was there before: counted once/u)
})

test('what only one side knows is a difference', () => {
  const lines = compared(`${header}2026-11-23,gpt-5.4-2026-03-05,1\n`, [givenCost()])
  assert.deepEqual(
    lines.map(({ day, isWithin }) => [day, isWithin]),
    [
      ['2026-11-23', false],
      ['2026-11-24', false],
    ],
  )
  assert.match(reconcilePage(lines), /2 lines of 2 beyond/u)
})

test('amounts are exact in every unit', () => {
  assert.equal(picoUsdOf('12.000000000001', 'usd'), 12_000_000_000_001n)
  assert.equal(picoUsdOf('$1,234.5', 'usd'), 1_234_500_000_000_000n)
  assert.equal(picoUsdOf('-3', 'cents'), -30_000_000_000n)
  assert.equal(picoUsdOf('7', 'microUsd'), 7_000_000n)
  assert.equal(picoUsdOf('a lot', 'usd'), null)
})

test('quotes, commas, line ends and marks of a spreadsheet are read', () => {
  assert.deepEqual(tableOf('a,"b ""x"", c"\r\n1,"two\nlines"\r\n'), [
    ['a', 'b "x", c'],
    ['1', 'two\nlines'],
  ])
  assert.throws(() => tableOf('a,"b\n1'), /not closed/u)
})

test('what cannot be read says which row, which column, and what is there', () => {
  assert.throws(() => readExport('day,usd\n', mapping), /no column model. It has: day, usd/u)
  assert.throws(() => readExport(`${header}someday,m,1\n`, mapping), /Row 2: "someday" in day is no day/u)
  assert.throws(() => readExport(`${header}2026-11-24,m,free\n`, mapping), /Row 2: "free" in usd is no amount/u)
  assert.throws(() => parseMapping('{"provider": "openai", "colour": 1}'), /colour: is not a setting/u)
})

test('another currency is refused', () => {
  const dollar = { ...mapping, currency: { column: 'currency', is: 'USD' } }
  assert.throws(() => readExport('day,model,usd,currency\n2026-11-24,m,1,EUR\n', dollar), /currency is "EUR"/u)
})

for (const vendor of ['openai', 'anthropic', 'gemini'])
  test(`the documented mapping of ${vendor} reads its documented export`, () => {
    const { billed, rows } = readExport(documented(`${vendor}.csv`), parseMapping(documented(`${vendor}.json`)))
    assert.ok(rows > 1)
    assert.ok(billed.size > 0)
    for (const [key, sums] of billed) {
      assert.match(key, /^2026-11-2\d \S+$/u)
      assert.ok(sums.costPicoUsd > 0n || sums.inputTokens > 0)
    }
  })
