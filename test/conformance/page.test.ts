import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pages } from './page.ts'

test('docs/providers.md says what the code does: else run node test/conformance/main.ts --write-docs', () => {
  const { present, fresh } = pages(null)
  assert.equal(present, fresh)
})
