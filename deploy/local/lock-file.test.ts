import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tryLock, waitForLock } from './lock-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a lock is held by one at a time', async (context) => {
  const folder = temporaryFolder(context)
  const path = join(folder, 'lock')
  const release = tryLock(path)
  assert.ok(release !== undefined)
  assert.equal(tryLock(path), undefined)
  let waits = 0
  const waiting = waitForLock(path, () => {
    waits += 1
  })
  release()
  const releaseNext = await waiting
  assert.equal(waits, 1)
  releaseNext()
  assert.deepEqual(readdirSync(folder), [])
})

test('the lock of a dead owner is taken over', (context) => {
  const folder = temporaryFolder(context)
  const path = join(folder, 'lock')
  for (const dead of [JSON.stringify({ pid: process.pid, started: 'long ago' }), 'cut off']) {
    writeFileSync(path, dead)
    writeFileSync(`${path}.abandoned`, dead)
    const release = tryLock(path)
    assert.ok(release !== undefined, dead)
    release()
  }
  assert.deepEqual(readdirSync(folder), [])
})
