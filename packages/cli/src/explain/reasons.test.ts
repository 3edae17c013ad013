import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '@waybill/routing/rules/rules'
import { meaningOf } from './reasons.ts'

/** They only put targets back: nothing is rejected for them. */
const neverTheReason = new Set(['latency', 'failing', 'headroom'])

test('every rule that can be the reason of a rejection is explained', () => {
  const unknown = meaningOf('of no rule', 'rejected')
  for (const { name } of rules)
    if (!neverTheReason.has(name))
      assert.notEqual(meaningOf(name, 'rejected'), unknown, `${name} has no words in reasons.ts`)
})

test('what a vendor refused is another thing than what a router did not take', () => {
  assert.match(meaningOf('invalid_request', 'rejected'), /^The request broke a rule/u)
  assert.match(meaningOf('invalid_request', 'failed'), /^The vendor refused/u)
  assert.match(meaningOf('of a newer build', 'failed'), /attempts below/u)
})

test('whatever ends a request that was taken on is explained', () => {
  const unknown = meaningOf('of no ending', 'failed')
  const endings = ['cost_ceiling', 'deadline', 'no_target', 'orphan', 'outcome_unknown', 'answer_lost', 'step_failed']
  const lost = ['request_unreadable', 'result_unreadable', 'response_unreadable', 'too_large', 'no_permit']
  for (const reason of [...endings, ...lost]) assert.notEqual(meaningOf(reason, 'failed'), unknown, reason)
  assert.match(meaningOf('cost_ceiling', 'rejected'), /^Every target could cost more/u)
  assert.match(meaningOf('cost_ceiling', 'failed'), /pays for no backup/u)
})
