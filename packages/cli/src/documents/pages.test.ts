import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { complete } from '@waybill/client/complete'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { openCodec } from '@waybill/runtime/registry/codec'
import { settingsTable } from '@waybill/runtime/settings-table'
import { requestRecord } from '@waybill/schemas/generated/request'
import { exampleRequest, pages } from './pages.ts'

const folder = join(import.meta.dirname, '../../../../docs')

for (const [file, text] of pages())
  test(`docs/${file} is fresh: npm run waybill -- docs --write`, () => {
    assert.equal(readFileSync(join(folder, file), 'utf8'), text)
  })

test('every link of a page leads to one of its sections', () => {
  for (const text of pages().values()) {
    const sections = new Set([...text.matchAll(/^## (.+)$/gmu)].map(([, name = '']) => name.toLowerCase()))
    const links = [...text.matchAll(/\]\(#([^)]+)\)/gu)].map(([, name = '']) => name)
    assert.deepEqual(
      links.filter((name) => !sections.has(name)),
      [],
    )
  }
})

test('the settings are all there, and the request of the page is one', async () => {
  const settings = pages().get('settings.md') ?? ''
  for (const { name } of Object.values(settingsTable)) assert.ok(settings.includes(`| \`${name}\` |`), name)
  const codec = await openCodec(memoryRegistry(), new Map([['requests-value', requestRecord]]))
  assert.ok(codec.encode(requestRecord, complete(exampleRequest)).length > 0)
})
