import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenCost, givenDecision } from '../given.ts'
import type { Evidence } from './account.ts'
import { accountOf } from './account.ts'
import { proofPage, proofsOf } from './proof.ts'

const nothing: Evidence = { requests: [], replies: [], decisions: [], costs: [], ledger: [] }

test('each policy decides every decision of the run again', () => {
  const claims = ['a', 'b', 'c'].map((id) => `requests/0/${id}`)
  const decisions = claims.map((claim) => ({ timestamp: 1, value: givenDecision({ claim }) }))
  const costs = claims.map((claim) => ({ timestamp: 1, value: givenCost({ claim }) }))
  const proofs = proofsOf({ ...nothing, decisions, costs })
  assert.deepEqual(
    proofs.map(({ name, decisions: decided, leftOut }) => [name, decided, leftOut]),
    [
      ['cheaper', 3, 3],
      ['safer', 3, 3],
    ],
  )
})

test('a run without outcomes claims nothing of other policies', () => {
  const page = proofPage(accountOf(nothing), proofsOf(nothing))
  assert.equal(page.filter((line) => line.includes('nothing can be said')).length, 2)
})
