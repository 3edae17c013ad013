import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retirements } from './retirement.ts'

const now = Date.UTC(2027, 2, 2)
const day = 86_400_000
test('what retires within thirty days is told once a model with its date, and what has retired as such', () => {
  const targets = [
    { id: 'a/never', provider: 'a', model: 'never', retiresAt: null },
    { id: 'a/later', provider: 'a', model: 'later', retiresAt: now + 30 * day + 1 },
    { id: 'a/soon', provider: 'a', model: 'soon', retiresAt: now + 30 * day },
    { id: 'a/soon+flex', provider: 'a', model: 'soon', retiresAt: now + 30 * day },
    { id: 'a/now', provider: 'a', model: 'now', retiresAt: now },
    { id: 'a/past', provider: 'a', model: 'past', retiresAt: now - day },
  ]
  assert.deepEqual(retirements(targets, now), [
    { code: 'target_retires', model: 'a/soon', targets: ['a/soon', 'a/soon+flex'], on: '2027-04-01' },
    { code: 'target_retired', model: 'a/now', targets: ['a/now'], on: '2027-03-02' },
    { code: 'target_retired', model: 'a/past', targets: ['a/past'], on: '2027-03-01' },
  ])
})
