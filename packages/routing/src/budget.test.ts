// The decision's budget of 50 ms, with a clock that a slow rule moves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecideInput } from './decide.ts'
import { decide } from './decide.ts'
import { given, now } from './given.ts'
import type { Rule } from './rules/rule.ts'
import { rules } from './rules/rules.ts'

const cheap = { id: 'openai/cheap', usd: 1, p95Ms: 500 }
const usual = { id: 'gemini/usual', usd: 2, p95Ms: 500 }

/** A world whose clock moves this much whenever the slow rule looks at a candidate. */
function slowed(
  ms: number,
  change: Partial<DecideInput> = {},
): { readonly input: DecideInput; readonly looks: () => number } {
  let us = 7_000_000
  let looks = 0
  const slow: Rule = {
    name: 'slow',
    judge() {
      us += ms * 1_000
      looks += 1
      return undefined
    },
  }
  const terms = { defaultRoute: ['gemini/usual', 'openai/cheap'] }
  const input = given({
    targets: [cheap, usual],
    terms,
    input: { clock: () => us, rules: [slow, ...rules], ...change },
  })
  return { input, looks: () => looks }
}

test("a decision in time is the policy's, and says how long it took", () => {
  const { input } = slowed(25)
  const outcome = decide(input)
  assert.ok(outcome.kind === 'routed')
  assert.deepEqual(
    [outcome.target.id, outcome.route, outcome.overran, outcome.tookUs],
    ['openai/cheap', 'policy', false, 50_000],
  )
})

test('a slow rule makes it the default route, marked, and no further rule is waited for', () => {
  const { input, looks } = slowed(26)
  const outcome = decide(input)
  assert.ok(outcome.kind === 'routed')
  assert.deepEqual([outcome.target.id, outcome.route, outcome.overran], ['gemini/usual', 'default', true])
  assert.deepEqual(
    outcome.backups.map(({ id }) => id),
    ['openai/cheap'],
  )
  assert.equal(looks(), 4, 'two candidates, then the two of the default route')
})

test('the default route keeps to every rule that can put a target out', () => {
  const constraints = { providers: ['openai'], accounts: [], regions: [], retention: null }
  const { input } = slowed(100)
  const outcome = decide({ ...input, request: { ...input.request, constraints } })
  assert.equal(outcome.kind === 'routed' && outcome.target.id, 'openai/cheap')
  const none = decide({
    ...input,
    request: { ...input.request, constraints: { ...constraints, providers: ['nobody'] } },
  })
  assert.deepEqual(
    [none.kind, none.kind === 'rejected' && none.reason, none.overran],
    ['rejected', 'constraints', true],
  )
})

test('the budget is a setting', () => {
  assert.equal(decide(slowed(26, { budgetMs: 60 }).input).overran, false)
})

test('an overrun is an input of a replay: the clock then has no say', () => {
  const { input } = slowed(26)
  const made = decide(input)
  const replayed = decide({ ...slowed(0).input, overran: made.overran })
  assert.ok(made.kind === 'routed' && replayed.kind === 'routed')
  assert.deepEqual([replayed.target, replayed.backups, replayed.route], [made.target, made.backups, made.route])
  const inTime = decide({ ...slowed(1_000).input, overran: false })
  assert.deepEqual([inTime.overran, inTime.tookUs], [false, 0])
})

test('old and missing statistics are not slowness: the decision is made on priors', () => {
  const missing = decide(given({ targets: [{ ...cheap, p95Ms: null }] }))
  assert.ok(missing.kind === 'routed')
  assert.deepEqual([missing.route, missing.statsAgeMs, missing.candidates[0]?.latencySource], ['policy', null, 'prior'])
  const cell = { p95Ms: 9, samples: 100, updatedAt: now - 600_000 }
  const old = decide(given({ targets: [{ ...cheap, stats: { sizes: { medium: cell }, all: cell } }] }))
  assert.deepEqual([old.statsAgeMs, old.candidates[0]?.latencySource], [600_000, 'prior'])
})
