import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { displayPath } from './display-path.ts'

test('a path below the current folder is shown from there, any other in full', () => {
  assert.equal(displayPath(resolve('stack', 'broker.log')), 'stack/broker.log')
  assert.equal(displayPath(resolve('.')), '.')
  assert.equal(displayPath(resolve('..', 'elsewhere')), resolve('..', 'elsewhere'))
})
