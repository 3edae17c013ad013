import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attemptDeadline, backupsAllowed, claimLifeMs, deadlineOf, dispatchedAt, giveUpAge, startBy } from './plan.ts'
import { protocolDefaults as settings } from './protocol-defaults.ts'

const now = 1_000_000

test('a request is due its budget after its record was appended, 60 s where it names none', () => {
  assert.equal(deadlineOf(now, 1_500, settings), now + 1_500)
  assert.equal(deadlineOf(now, null, settings), now + 60_000)
  assert.equal(deadlineOf(now, -5, settings), now)
})

test('a dispatch waits a quarter of what is left for a call slot, at most five seconds', () => {
  assert.equal(startBy(now, now + 10_000, settings), now + 2_500)
  assert.equal(startBy(now, now + 60_000, settings), now + 5_000)
  assert.equal(startBy(now, now - 1, settings), now)
})

test('when a dispatch was made can be told from its startBy', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 900_000 }), (at, budget) => {
      const found = dispatchedAt(startBy(at, at + budget, settings), at + budget, settings)
      assert.ok(Math.abs(found - at) <= 2, String(found - at))
    }),
  )
})

test('an attempt has what is left, at most ten minutes, and a claim three times that and the grace', () => {
  assert.equal(attemptDeadline(now, now + 10_000, settings), now + 10_000)
  assert.equal(attemptDeadline(now, now + 3_600_000, settings), now + 600_000)
  assert.equal(giveUpAge(now, now + 10_000, settings), 32_000)
})

test('a settled claim outlives the window by the latest send and a margin', () => {
  assert.equal(claimLifeMs(settings), 3_600_000 + 10_000 + 900_000)
})

test('a chain makes three attempts at most', () => {
  const quiet = { coolingDown: false, requests: 0, backupsUsed: 0 }
  assert.equal(backupsAllowed(5, quiet, settings), 2)
  assert.equal(backupsAllowed(1, quiet, settings), 1)
})

const use = (requests: number, backupsUsed: number): number =>
  backupsAllowed(5, { coolingDown: true, requests, backupsUsed }, settings)

test('once something cools down, backups are a tenth of requests at most', () => {
  assert.equal(use(1_000, 98), 2)
  assert.equal(use(1_000, 99), 1)
  assert.equal(use(1_000, 100), 0)
  assert.equal(use(1_000, 500), 0)
  assert.equal(use(1, 0), 2, 'a few are always allowed')
})
