import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redisUrl } from './redis.ts'

test('the address of Redis carries the user that it wants', () => {
  assert.equal(redisUrl(6379, undefined), 'redis://127.0.0.1:6379')
  assert.equal(
    redisUrl(6379, { username: 'way', password: 'p@ss/ word' }),
    'redis://way:p%40ss%2F%20word@127.0.0.1:6379',
  )
})
