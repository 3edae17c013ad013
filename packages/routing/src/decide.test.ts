import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeAffinity } from './affinity.ts'
import type { DecideInput, DecideOutcome, Rejected, Routed } from './decide.ts'
import { decide } from './decide.ts'
import type { Sketch } from './given.ts'
import { given, hashes, now, targetOf } from './given.ts'
import { plainPart, says } from './hash/plain-request.ts'
import type { TargetSnapshot } from './latency/snapshot.ts'
import type { UnderWayMs } from './latency/under-way.ts'

const cheap = { id: 'openai/cheap', usd: 1, p95Ms: 2_000 }
const fast = { id: 'anthropic/fast', usd: 5, p95Ms: 500 }
const middle = { id: 'gemini/middle', usd: 2, p95Ms: 1_000 }
const all = [cheap, fast, middle]

function routed(input: DecideInput): Routed {
  const outcome: DecideOutcome = decide(input)
  if (outcome.kind === 'rejected') assert.fail(`${outcome.reason}: ${outcome.detail}`)
  return outcome
}
function rejected(input: DecideInput): Rejected {
  const outcome = decide(input)
  if (outcome.kind === 'routed') assert.fail(`chose ${outcome.target.id}`)
  return outcome
}
const chosen = (input: DecideInput): string => routed(input).target.id
/** The share of requests, by their hash, that the first of the targets gets. */
const shareOfFirst = (targets: readonly Sketch[]): number =>
  hashes(400).filter((hash) => chosen(given({ targets, input: { hash } })) === targets[0]?.id).length / 400

const shareAfter = (ms: number): number => shareOfFirst([{ ...cheap, stats: { coolDownUntil: now - ms } }, middle])
const shareWith = (headroom: number): number => shareOfFirst([{ ...cheap, stats: { headroom } }, middle])

const beside = (underWayMs: UnderWayMs): Routed =>
  routed(given({ targets: [{ ...cheap, stats: { underWayMs } }, middle], input: { deadline: now + 20_000 } }))

const cell = (samples: number, ageMs: number): { p95Ms: number; samples: number; updatedAt: number } => ({
  p95Ms: 700,
  samples,
  updatedAt: now - ageMs,
})
const evidenceOf = (stats: Partial<TargetSnapshot>): readonly unknown[] => {
  const [candidate] = routed(given({ targets: [{ ...cheap, stats }] })).candidates
  return [candidate?.latencySource, candidate?.samples, candidate?.sampleAgeMs]
}
const cachedAt = (at: number): string => writeAffinity({ target: 'gemini/middle', tokens: 9_000, at })

test('the cheapest of those that are in time serves, the others follow in order', () => {
  const outcome = routed(given({ targets: all }))
  assert.equal(outcome.target.id, 'openai/cheap')
  assert.deepEqual(
    outcome.backups.map(({ id }) => id),
    ['gemini/middle', 'anthropic/fast'],
  )
  assert.deepEqual(
    outcome.candidates.map(({ target, rank, rule, latencySource }) => [target, rank, rule, latencySource]),
    [
      ['openai/cheap', 1, 'cost', 'sizeClass'],
      ['gemini/middle', 2, 'cost', 'sizeClass'],
      ['anthropic/fast', 3, 'cost', 'sizeClass'],
    ],
  )
  assert.equal(outcome.route, 'policy')
  assert.equal(outcome.policy, 'test-000000000000')
  assert.equal(outcome.statsAgeMs, 1_000)
})

test('a target that is late for this request goes back, and says by how much', () => {
  const outcome = routed(given({ targets: all, input: { deadline: now + 1_500 } }))
  assert.equal(outcome.target.id, 'gemini/middle')
  const last = outcome.candidates.at(-1)
  assert.deepEqual([last?.target, last?.eligible, last?.rule], ['openai/cheap', true, 'latency'])
  assert.match(last?.detail ?? '', /^p95 2000 ms by sizeClass; this request takes up to 1\d\d\d of the 1500 ms left$/u)
})

test('where all are late, the fastest serves', () => {
  assert.equal(chosen(given({ targets: all, input: { deadline: now + 100 } })), 'anthropic/fast')
})

test('a call under way for longer than the percentile is a stall that no sample shows yet', () => {
  assert.equal(beside({ medium: 29_000 }).target.id, 'gemini/middle')
  const last = beside({ medium: 29_000 }).candidates.at(-1)
  assert.deepEqual([last?.rule, last?.latencySource], ['latency', 'underWay'])
  assert.match(
    last?.detail ?? '',
    /^calls under way for 29000 ms; this request takes up to 1\d{4} of the \d{5} ms left$/u,
  )
  assert.equal(
    beside({ huge: 29_000 }).target.id,
    'openai/cheap',
    'a long answer that takes long says nothing of this one',
  )
})

test('sparse or old cells fall back to the target, then to the prior, and say so', () => {
  const sourceOf = (short: ReturnType<typeof cell>, whole: ReturnType<typeof cell>): string | null | undefined =>
    routed(given({ targets: [{ ...cheap, stats: { sizes: { medium: short }, all: whole } }] })).candidates[0]
      ?.latencySource
  assert.equal(sourceOf(cell(20, 60_000), cell(100, 0)), 'sizeClass')
  assert.equal(sourceOf(cell(19, 0), cell(20, 0)), 'target')
  assert.equal(sourceOf(cell(20, 60_001), cell(20, 0)), 'target')
  assert.equal(sourceOf(cell(19, 0), cell(19, 0)), 'prior')
  assert.equal(routed(given({ targets: [{ ...cheap, p95Ms: null }] })).statsAgeMs, null)
})

test('a candidate says how many samples stand behind its percentile, and how old the newest is', () => {
  assert.deepEqual(evidenceOf({ sizes: { medium: cell(20, 4_000) }, all: cell(90, 500) }), ['sizeClass', 20, 4_000])
  assert.deepEqual(evidenceOf({ sizes: { medium: cell(3, 4_000) }, all: cell(90, 500) }), ['target', 90, 500])
  assert.deepEqual(evidenceOf({ sizes: { medium: cell(3, 4_000) }, all: null }), ['prior', 3, 4_000])
  assert.deepEqual(evidenceOf({ sizes: {}, all: null }), ['prior', 0, null])
  assert.deepEqual(
    evidenceOf({ sizes: { medium: cell(20, -50) }, all: null }),
    ['sizeClass', 20, 0],
    'a clock that is ahead makes nothing younger than now',
  )
})

test('a cool-down puts a target out, and when nothing is left the rejection says so', () => {
  const cooling = { stats: { coolDownUntil: now + 1 } }
  assert.equal(chosen(given({ targets: [{ ...cheap, ...cooling }, middle] })), 'gemini/middle')
  const { reason, detail, candidates } = rejected(given({ targets: [{ ...cheap, ...cooling }] }))
  assert.deepEqual([reason, detail], ['cooling_down', 'openai/cheap: for 1 ms more'])
  assert.deepEqual(
    candidates.map(({ rank, eligible, rule }) => [rank, eligible, rule]),
    [[0, false, 'cooling_down']],
  )
})

test('after a cool-down, traffic comes back bit by bit', () => {
  assert.ok(shareAfter(0) < 0.06, String(shareAfter(0)))
  assert.ok(Math.abs(shareAfter(5_000) - 0.5) < 0.1, String(shareAfter(5_000)))
  assert.equal(shareAfter(10_000), 1)
})

test('a target that comes back gets a few requests at once, and each target others', () => {
  const [one, two] = [
    { ...cheap, stats: { coolDownUntil: now - 1 } },
    { ...middle, stats: { coolDownUntil: now - 5_000 } },
  ]
  assert.ok(shareOfFirst([one, fast]) > 0, 'or nobody would learn that it is well')
  const neither = shareOfFirst([fast, { ...cheap, stats: { coolDownUntil: now - 5_000 } }, two])
  assert.ok(Math.abs(neither - 0.25) < 0.08, `half of a half finds neither: ${neither}`)
  const full = { headroom: 0.125 }
  const noRoom = shareOfFirst([fast, { ...cheap, stats: full }, { ...middle, stats: full }])
  assert.ok(Math.abs(noRoom - 0.25) < 0.08, `nor room at either: ${noRoom}`)
})

test('a target that runs out of capacity gives up requests, more the less it has', () => {
  assert.equal(shareWith(0.5), 1)
  assert.ok(Math.abs(shareWith(0.125) - 0.5) < 0.1, String(shareWith(0.125)))
  assert.equal(shareWith(0), 0)
})

test('a target that mostly fails goes back, though nothing asked for a pause', () => {
  const failing = { ...cheap, stats: { attempts: 10, errors: 5 } }
  assert.equal(chosen(given({ targets: [failing, middle] })), 'gemini/middle')
  const few = { ...cheap, stats: { attempts: 7, errors: 7 } }
  assert.equal(chosen(given({ targets: [few, middle] })), 'openai/cheap', 'a handful of attempts tells nothing')
})

test('equal costs are decided by latency, and near equals by the hash', () => {
  const two = [
    { ...cheap, id: 'a/one', p95Ms: 2_000 },
    { ...cheap, id: 'b/two', p95Ms: 900 },
  ]
  assert.equal(chosen(given({ targets: two })), 'b/two')
  const near = two.map((sketch) => ({ ...sketch, p95Ms: 900 }))
  const first = shareOfFirst(near)
  assert.ok(first > 0.4 && first < 0.6, String(first))
})

test('backups come from other providers first', () => {
  const targets = [cheap, { ...cheap, id: 'openai/second', usd: 1.1 }, fast]
  assert.deepEqual(
    routed(given({ targets })).backups.map(({ id }) => id),
    ['anthropic/fast', 'openai/second'],
  )
})

test('a request with a model of its own is served by it where the policy does not enforce', () => {
  const policy = {
    tiers: new Map([
      ['tier', ['openai/cheap', 'gemini/middle']],
      ['best', ['anthropic/fast']],
    ]),
  }
  const observe = { policy, terms: { enforce: false }, targets: all }
  const outcome = routed(given({ ...observe, request: { requestedModel: 'fast' } }))
  assert.deepEqual(
    [outcome.target.id, outcome.route, outcome.wouldChoose, outcome.tier],
    ['anthropic/fast', 'requested', 'openai/cheap', 'best'],
  )
  const unknown = routed(given({ ...observe, request: { requestedModel: 'gpt-3' } }))
  assert.deepEqual(
    [unknown.target.id, unknown.route, unknown.baselineModel, unknown.baselinePicoUsd],
    ['openai/cheap', 'policy', 'gpt-3', null],
  )
  const forbidden = {
    requestedModel: 'fast',
    constraints: { providers: ['openai'], accounts: [], regions: [], retention: null },
  }
  assert.equal(chosen(given({ ...observe, request: forbidden })), 'openai/cheap', 'a constraint holds there too')
})

test("the baseline is the request's own model, else the policy's for the class, else for all", () => {
  const baselines = new Map([['summary', { model: 'gemini/middle', since: '2026-11-26' }]])
  const baselineOf = (request: Parameters<typeof given>[0]['request'] = {}): string =>
    routed(given({ targets: all, request, terms: { baselines } })).baselineModel
  assert.equal(baselineOf({ requestedModel: 'anthropic/fast', taskClass: 'summary' }), 'anthropic/fast')
  assert.equal(baselineOf({ taskClass: 'summary' }), 'gemini/middle')
  assert.equal(baselineOf(), 'openai/cheap')
})

test('a warm cache makes its target cheaper, for as long as it is warm', () => {
  const conversation = [says('user', 'x'.repeat(40_000))]
  const targets = [{ ...cheap, usd: 1.2 }, middle]
  const request = { messages: conversation, maxOutputTokens: 50 }
  assert.equal(chosen(given({ targets, request: { ...request, affinity: cachedAt(now - 1_000) } })), 'gemini/middle')
  assert.equal(chosen(given({ targets, request: { ...request, affinity: cachedAt(now - 400_000) } })), 'openai/cheap')
  const costOf = (affinity: string | null): number => {
    const { candidates } = routed(given({ targets, request: { ...request, affinity } }))
    return candidates.find(({ target }) => target === 'gemini/middle')?.expectedPicoUsd ?? 0
  }
  const { cachedInput, input } = targetOf(middle).prices[0] ?? assert.fail()
  const cached = Math.floor(9_000 * 0.8)
  assert.equal(costOf(null) - costOf(cachedAt(now - 1_000)), cached * (input - cachedInput), 'four fifths are expected')
})

test('parts that only one vendor understands keep the conversation with it', () => {
  const signed = { ...plainPart, kind: 'opaque', opaque: '{"provider":"anthropic","value":"sig"}' }
  const messages = [says('user', 'Hi'), { role: 'assistant', parts: [signed] } as const, says('user', 'Go on')]
  const outcome = routed(given({ targets: all, request: { messages } }))
  assert.deepEqual([outcome.target.id, outcome.backups], ['anthropic/fast', []])
})

test('where calls hang, no more are sent to learn about it', () => {
  const terms = { exploration: { share: 1, costFactor: 3 } }
  const explored = (underWayMs: UnderWayMs): boolean =>
    routed(given({ targets: [cheap, { ...middle, p95Ms: null, stats: { underWayMs } }], terms })).explored
  assert.deepEqual([explored({}), explored({ medium: 25_000 })], [true, false])
})

test('of several that were never measured each is explored, and none that anything speaks against', () => {
  const terms = { exploration: { share: 1, costFactor: 9 } }
  const unknown = { p95Ms: null, usd: 2 }
  const first = [cheap, { ...unknown, id: 'a/one' }, { ...unknown, id: 'b/two', usd: 3 }]
  const which = hashes(200).map((hash) => chosen(given({ targets: first, terms, input: { hash } })))
  for (const id of ['a/one', 'b/two'])
    assert.ok(which.filter((each) => each === id).length > 60, `${id} is explored by its share`)
  const full = { ...unknown, id: 'a/one', stats: { headroom: 0 } }
  assert.equal(chosen(given({ targets: [cheap, full], terms })), 'openai/cheap')
})

test('a small share explores what was never measured, the same requests wherever they are decided', () => {
  const targets = [cheap, { ...middle, p95Ms: null }]
  const terms = { exploration: { share: 0.1, costFactor: 3 } }
  const explored = hashes(1_000).filter((hash) => routed(given({ targets, terms, input: { hash } })).explored)
  assert.ok(explored.length > 60 && explored.length < 140, String(explored.length))
  const [first = ''] = explored
  const outcome = routed(given({ targets, terms, input: { hash: first } }))
  assert.deepEqual([outcome.target.id, outcome.backups.map(({ id }) => id)], ['gemini/middle', ['openai/cheap']])
  assert.equal(routed(given({ targets, terms, input: { hash: first, k: 1 } })).explored, false)
  const dear = { exploration: { share: 0.1, costFactor: 1.5 } }
  assert.equal(routed(given({ targets, terms: dear, input: { hash: first } })).explored, false)
})
