import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, duration, exactDollars, harmless, oneLine } from './terminal.ts'

test('an answer cannot command the terminal', () => {
  assert.equal(harmless('a\u{1b}[31mred\u{1b}[0m\u{07}\u{9b}b\n\tc'), 'ared\nb\n\tc'.replace('\nb', 'b'))
  assert.equal(oneLine('one\n  two\r\nthree', 9), 'one two …')
})

test('amounts are exact to the last digit', () => {
  assert.deepEqual([0, 1, 40_700_000, 1_500_000_000_000, -250_000_000_000, 9_007_199_254_740_991].map(exactDollars), [
    '$0.00',
    '$0.000000000001',
    '$0.0000407',
    '$1.50',
    '-$0.25',
    '$9007.199254740991',
  ])
})

test('times and counts read as people say them', () => {
  assert.deepEqual([0, 12.4, 3_400, 59_999, 125_000, 3_600_000, 5_430_000].map(duration), [
    '0 ms',
    '12 ms',
    '3.4 s',
    '60.0 s',
    '2 min 5 s',
    '1 h',
    '1 h 31 min',
  ])
  assert.deepEqual([counted(1, 'call'), counted(1_200, 'reply', 'replies')], ['1 call', '1,200 replies'])
})
