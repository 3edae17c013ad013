// What holds for any request, targets and statistics.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide } from './decide.ts'
import type { Given, Sketch } from './given.ts'
import { given, hashes, now } from './given.ts'
import { says } from './hash/plain-request.ts'

const runs = { numRuns: 300 }
const names = ['a/one', 'b/two', 'c/three', 'd/four', 'a/five', 'b/six'] as const
const tool = { name: 'f', description: null, parameters: '{}' }

const sketch = fc.record({
  usd: fc.integer({ min: 1, max: 5_000 }).map((cents) => cents / 100),
  p95Ms: fc.option(fc.integer({ min: 20, max: 60_000 })),
  can: fc.record({ tools: fc.boolean(), images: fc.boolean(), forcedTool: fc.boolean(), singleTool: fc.boolean() }),
  stats: fc.record({
    headroom: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    coolDownUntil: fc.option(fc.integer({ min: now - 20_000, max: now + 20_000 })),
  }),
  target: fc.record({ contextTokens: fc.constantFrom(1_000, 100_000), maxOutputTokens: fc.constantFrom(500, 64_000) }),
})
const targets = fc
  .array(sketch, { minLength: 1, maxLength: 6 })
  .map((drawn) => drawn.map((each, at): Sketch => ({ id: names[at] ?? '', ...each })))
const request = fc.record({
  messages: fc.integer({ min: 1, max: 8_000 }).map((length) => [says('user', 'x'.repeat(length))]),
  tools: fc.constantFrom([], [tool]),
  toolChoice: fc.constantFrom(null, { kind: 'required', name: null } as const),
  parallelToolCalls: fc.constantFrom(null, true, false),
  maxOutputTokens: fc.option(fc.integer({ min: 1, max: 4_000 })),
  costCeilingMicroUsd: fc.option(fc.integer({ min: 1, max: 100_000 })),
})
const worlds = fc.record({
  targets,
  request,
  hash: fc.constantFrom(...hashes(64)),
  leftMs: fc.integer({ min: 0, max: 60_000 }),
  share: fc.constantFrom(0, 1),
})

interface World extends Pick<Given, 'request'> {
  readonly targets: readonly Sketch[]
  readonly hash: string
  readonly leftMs: number
  readonly share: number
}

const worldOf = (world: World, all: readonly Sketch[] = world.targets): ReturnType<typeof given> =>
  given({
    targets: all,
    ...(world.request === undefined ? {} : { request: world.request }),
    terms: { exploration: { share: world.share, costFactor: 3 } },
    input: { hash: world.hash, deadline: now + world.leftMs },
  })

test('a target without a capability that is needed is neither chosen nor a backup', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const outcome = decide(worldOf(world))
      if (outcome.kind === 'rejected' || world.request.tools.length === 0) return
      for (const { id } of [outcome.target, ...outcome.backups]) {
        const can = world.targets.find((each) => each.id === id)?.can
        assert.equal(can?.tools, true)
        if (world.request.toolChoice !== null) assert.equal(can?.forcedTool, true)
        if (world.request.parallelToolCalls === false) assert.equal(can?.singleTool, true)
      }
    }),
    runs,
  )
})

test('what may be asked for never costs more than the ceiling, at the target and at each backup', () => {
  fc.assert(
    fc.property(worlds, fc.boolean(), (world, isLate) => {
      const outcome = decide({ ...worldOf(world), ...(isLate ? { overran: true } : {}) })
      const ceiling = (world.request.costCeilingMicroUsd ?? Infinity) * 1e6
      if (outcome.kind === 'rejected') return
      const taken = new Set([outcome.target, ...outcome.backups].map(({ id }) => id))
      for (const { target, ceilingPicoUsd } of outcome.candidates)
        if (taken.has(target)) assert.ok(ceilingPicoUsd !== null && ceilingPicoUsd <= ceiling)
      const most = world.targets.filter(({ id }) => taken.has(id)).map(({ target }) => target?.maxOutputTokens ?? 0)
      assert.ok(outcome.maxOutputTokens <= Math.min(...most))
    }),
    runs,
  )
})

test('of two targets alike but for cost and latency, one that is cheaper and faster never loses to the other', () => {
  const costs = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }))
  fc.assert(
    fc.property(worlds, costs, costs, fc.nat(5), (world, [usd, more], [p95Ms, longer], at) => {
      const like = world.targets[at % world.targets.length]
      if (like === undefined) return
      const better = { ...like, id: 'y/better', usd: usd / 100, p95Ms: p95Ms * 10 }
      const worse = { ...like, id: 'z/worse', usd: (usd + more) / 100, p95Ms: (p95Ms + longer) * 10 }
      // Headroom and recovery are drawn by target and hash, so that they do not herd: alike means without them.
      const alike = [better, worse].map((each) => ({ ...each, stats: {} }))
      const outcome = decide(worldOf({ ...world, share: 0 }, [...alike.toReversed(), ...world.targets]))
      if (outcome.kind === 'routed') assert.notEqual(outcome.target.id, 'z/worse')
    }),
    runs,
  )
})

test('a worse candidate beside the others changes nothing', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const without = { ...world, share: 0 }
      const before = decide(worldOf(without))
      if (before.kind === 'rejected') return
      const chosen = world.targets.find(({ id }) => id === before.target.id)
      // Headroom and recovery are drawn by target and hash: without any of them, it has bad luck in every draw.
      const stats = { headroom: 0, coolDownUntil: chosen?.stats?.coolDownUntil === null ? null : now + 1 }
      const worse: Sketch = { ...chosen, id: 'z/worse', usd: (chosen?.usd ?? 1) * 2, p95Ms: 600_000, stats }
      const after = decide(worldOf(without, [worse, ...world.targets]))
      assert.equal(after.kind === 'routed' && after.target.id, before.target.id)
    }),
    runs,
  )
})

test('the order in which a tier names its targets does not matter', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const [one, other] = [decide(worldOf(world)), decide(worldOf(world, world.targets.toReversed()))]
      assert.equal(one.kind === 'routed' && one.target.id, other.kind === 'routed' && other.target.id)
    }),
    runs,
  )
})

test('the same inputs make the same decision, in full', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      assert.deepEqual(decide(worldOf(world)), decide(worldOf(world)))
    }),
    runs,
  )
})

test('every candidate is named once, ranks are gapless, and the target is the first', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { candidates, ...outcome } = decide(worldOf(world))
      assert.deepEqual(candidates.map(({ target }) => target).toSorted(), world.targets.map(({ id }) => id).toSorted())
      const ranks = candidates.filter(({ eligible }) => eligible).map(({ rank }) => rank)
      assert.deepEqual(
        ranks,
        ranks.map((_, at) => at + 1),
      )
      if (outcome.kind === 'routed') assert.equal(candidates[0]?.target, outcome.target.id)
      else assert.deepEqual(ranks, [])
    }),
    runs,
  )
})
