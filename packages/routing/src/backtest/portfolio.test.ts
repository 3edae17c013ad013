import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prompts } from './given.ts'
import { dice, learnClassTable, learnPortfolio } from './portfolio.ts'

test('a cheaper model that is as good takes the class, and one that is not does not', () => {
  const learned = learnPortfolio([...prompts('easy', 900, 0), ...prompts('hard', 60, 40)])
  assert.deepEqual(Array.from(learned), [
    ['easy', 1],
    ['hard', 0],
  ])
})

test('a handful of prompts proves nothing where the model fails elsewhere', () => {
  const given = [...prompts('few', 30, 0), ...prompts('many', 100, 60)]
  assert.equal(learnPortfolio(given).get('few'), 0)
  assert.equal(learnClassTable(given).get('few'), 1)
})

test('the same prompts give the same policy, and an unknown class none', () => {
  const given = [...prompts('one', 90, 4), ...prompts('two', 50, 1)]
  assert.deepEqual(learnPortfolio(given), learnPortfolio(given))
  assert.equal(learnPortfolio(given).get('three'), undefined)
})

test('dice are the same for one seed, and never leave [0, 1)', () => {
  const [one, two] = [dice(7), dice(7)]
  for (let round = 0; round < 1_000; round++) {
    const value = one()
    assert.equal(value, two())
    assert.ok(value >= 0 && value < 1)
  }
})
