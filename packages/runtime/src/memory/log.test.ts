import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashCases } from '../conformance/crashes.ts'
import { conformance } from '../conformance/observe.ts'
import { memberCases } from '../conformance/members.ts'
import { readingCases } from '../conformance/reading.ts'
import { transactionCases } from '../conformance/transactions.ts'
import { spread } from './groups.ts'
import { memoryUnderTest } from './under-test.ts'

conformance('memory', memoryUnderTest, [...transactionCases, ...crashCases, ...readingCases, ...memberCases])

test('tasks are shared to within one, and few move', () => {
  assert.deepEqual(spread([[], []], 4), [
    [0, 1],
    [2, 3],
  ])
  assert.deepEqual(spread([[0, 1, 2, 3], []], 4), [
    [0, 1],
    [2, 3],
  ])
  assert.deepEqual(spread([[0], [3, 1, 2]], 4), [
    [0, 2],
    [3, 1],
  ])
  assert.deepEqual(spread([[], [4, 0, 1]], 5), [
    [2, 3],
    [4, 0, 1],
  ])
})
