import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { identify, isRunning, parseIdentity } from './process-identity.ts'

test('a process is known by its pid and its start', () => {
  const own = identify(process.pid)
  assert.ok(own !== undefined)
  assert.equal(isRunning(own), true)
  assert.deepEqual(parseIdentity(JSON.stringify(own)), own)
})

test('a recycled pid is another process', () => {
  const own = identify(process.pid)
  assert.ok(own !== undefined)
  assert.equal(isRunning({ pid: own.pid, started: 'long ago' }), false)
})

test('a process that has ended does not run', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const identity = identify(child.pid ?? 0)
  assert.ok(identity !== undefined)
  child.stdin.end()
  await once(child, 'exit')
  assert.equal(isRunning(identity), false)
})

test('anything but an identity reads as none', () => {
  for (const text of ['', '{', 'null', '7', '{"pid":"7","started":"x"}', '{"pid":7}']) {
    assert.equal(parseIdentity(text), undefined, text)
  }
})
