import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { vendorApis } from '@waybill/providers/registry'

const root = join(import.meta.dirname, '../../packages/providers/src')
const files = ['answer.ts', 'api.ts', 'failure.ts', 'request.ts', 'schema.ts', 'usage.ts']

test('every vendor API is one folder with the same files: knowing one is knowing all', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && readdirSync(join(root, entry.name)).includes('api.ts'),
  )
  assert.equal(folders.length, Object.keys(vendorApis).length)
  for (const { name } of folders) {
    const present = new Set(readdirSync(join(root, name)))
    assert.deepEqual(
      files.filter((file) => !present.has(file)),
      [],
      name,
    )
  }
})
