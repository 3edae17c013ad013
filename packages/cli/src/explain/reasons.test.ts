import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rules } from '@waybill/routing/rules/rules'
import { meaningOf } from './reasons.ts'

/** They only put targets back: nothing is rejected for them. */
const neverTheReason = new Set(['latency', 'failing', 'headroom'])

test('every rule that can be the reason of a rejection is explained', () => {
  const unknown = meaningOf('of no rule')
  for (const { name } of rules)
    if (!neverTheReason.has(name)) assert.notEqual(meaningOf(name), unknown, `${name} has no words in reasons.ts`)
})
