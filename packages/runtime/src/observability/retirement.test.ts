import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retirements } from './retirement.ts'

const now = Date.UTC(2027, 2, 2)
const day = 86_400_000
test('what retires within thirty days is told with its date, and what has retired as such', () => {
  const targets = [
    { id: 'a/never', retiresAt: null },
    { id: 'a/later', retiresAt: now + 30 * day + 1 },
    { id: 'a/soon', retiresAt: now + 30 * day },
    { id: 'a/now', retiresAt: now },
    { id: 'a/past', retiresAt: now - day },
  ]
  assert.deepEqual(retirements(targets, now), [
    { code: 'target_retires', target: 'a/soon', on: '2027-04-01' },
    { code: 'target_retired', target: 'a/now', on: '2027-03-02' },
    { code: 'target_retired', target: 'a/past', on: '2027-03-01' },
  ])
})
