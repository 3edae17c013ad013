import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { topics } from '../src/topics.ts'
import { generated, namedSchemas } from './generated.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'schemas/src/generated')

test('the generated types are what npm run generate would write', () => {
  const files = generated()
  assert.deepEqual(readdirSync(folder).toSorted(), [...files.keys()].toSorted())
  const scratch = mkdtempSync(join(tmpdir(), 'fresh-'))
  try {
    for (const [name, text] of files) writeFileSync(join(scratch, name), text)
    const oxfmt = join(root, 'node_modules/oxfmt/bin/oxfmt')
    const { status, stderr } = spawnSync(process.execPath, [oxfmt, '--config', join(root, '.oxfmtrc.json'), scratch], {
      cwd: scratch,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    for (const name of files.keys())
      assert.equal(readFileSync(join(scratch, name), 'utf8'), readFileSync(join(folder, name), 'utf8'), name)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

test('every record and every field says what it is, and a field that may be absent says so by its default', () => {
  for (const named of namedSchemas().values()) {
    assert.ok(named.doc.length > 10, named.name)
    if (named.type === 'enum') {
      assert.equal(named.default, 'other', named.name)
      assert.ok(named.symbols.includes('other'), named.name)
      continue
    }
    for (const { name, type, doc = '', ...rest } of named.fields) {
      assert.ok(doc.length > 3, `${named.name}.${name}`)
      if (Array.isArray(type))
        assert.deepEqual([type[0], type.length, rest.default], ['null', 2, null], `${named.name}.${name}`)
    }
  }
})

test('every topic has a value, and the topics of a task are named apart', () => {
  const names = topics().map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const { name, value, doc, cleanup, retentionMs } of topics()) {
    const schema: { readonly name: string } = JSON.parse(value.avro)
    assert.equal(schema.name, value.name, name)
    assert.ok(doc.length > 10, name)
    assert.equal(cleanup === 'compact', retentionMs === null, name)
  }
})
