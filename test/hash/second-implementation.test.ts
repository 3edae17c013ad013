import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

test('an implementation in Python computes every published hash and partition', (context) => {
  const found = spawnSync('python3', ['test/hash/reproduce.py', 'docs/hash-vectors.json'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (found.error !== undefined) {
    context.skip('python3 is not there, so the second implementation did not run')
    return
  }
  assert.equal(found.status, 0, `${found.stdout}${found.stderr}`)
  assert.match(found.stdout, /^(\d+) of \1 vectors reproduced$/mu)
})
