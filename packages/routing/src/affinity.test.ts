import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAffinity, writeAffinity } from './affinity.ts'

test('what a reply gives can be read back', () => {
  const affinity = { target: 'anthropic/claude-sonnet-5-5', tokens: 1_234, at: 1_764_115_200_000 }
  assert.deepEqual(readAffinity(writeAffinity(affinity)), affinity)
})

test('anything else is no affinity, and no error', () => {
  for (const text of ['', 'w1', 'w1.x.1.openai/gpt-5.4', 'w2.1.1.openai/gpt-5.4', `w1.1.1.${'a'.repeat(300)}`])
    assert.equal(readAffinity(text), null)
  assert.equal(readAffinity(null), null)
})
