// Traffic moves bit by bit, and two routers move the same requests: nothing flips all at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide } from './decide.ts'
import { given, hashes, now } from './given.ts'

const leftMs = 10_000
const many = hashes(500)
const other = { id: 'gemini/other', usd: 5, p95Ms: 1_000 }

/** The requests that leave the cheap target, as seen by a router that has read this percentile of it. */
function leavingAt(p95Ms: number): ReadonlySet<string> {
  const targets = [{ id: 'openai/cheap', usd: 1, p95Ms }, other]
  return new Set(
    many.filter((hash) => {
      const outcome = decide(given({ targets, input: { hash, deadline: now + leftMs } }))
      return outcome.kind === 'routed' && outcome.target.id === other.id
    }),
  )
}

const shareLeavingAt = (p95Ms: number): number => leavingAt(p95Ms).size / many.length

test('as a percentile nears the budget, requests leave one after the other', () => {
  assert.deepEqual([8_900, 10_001].map(shareLeavingAt), [0, 1])
  for (const expected of [0.2, 0.5, 0.8]) {
    const share = shareLeavingAt(leftMs * (0.9 + 0.1 * expected))
    assert.ok(Math.abs(share - expected) < 0.1, `${share}, not ${expected}`)
  }
})

test('of two routers, the one that has read newer statistics moves a few requests more, and none back', () => {
  for (let p95Ms = 8_800; p95Ms < 10_200; p95Ms += 100) {
    const [one, two] = [leavingAt(p95Ms), leavingAt(p95Ms + 100)]
    assert.ok(one.isSubsetOf(two), `${p95Ms} ms`)
    assert.ok(two.size - one.size < many.length * 0.2, `${two.size - one.size} at ${p95Ms} ms`)
  }
})

test('two routers that have read the same decide every request alike', () => {
  assert.deepEqual(leavingAt(9_500), leavingAt(9_500))
})
