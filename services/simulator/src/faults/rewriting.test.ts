import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { withNulls, withStrings } from './rewriting.ts'

test('a null is invented for every property that was left out, at every depth', () => {
  const inner = { type: 'object', properties: { c: {}, d: {} } }
  const schema = { type: 'object', properties: { a: {}, b: inner, e: {} } }
  deepEqual(withNulls({ a: 1, b: { c: 2 } }, schema), { a: 1, b: { c: 2, d: null }, e: null })
  deepEqual(withNulls('text', schema), 'text')
})

test('every string is replaced, and nothing else', () => {
  deepEqual(withStrings({ a: 'x', b: [1, 'y', null], c: { d: 'z' } }, '-'), {
    a: '-',
    b: [1, '-', null],
    c: { d: '-' },
  })
})
