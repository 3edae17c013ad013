// Ten thousand schemas of the wild: none crashes, none hangs, and how far each vendor can be bound to them.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { schemaSupport } from '@waybill/providers/schema/support'
import { checkSchema } from '@waybill/providers/validation/check-schema'
import { validate } from '@waybill/providers/validation/validate'
import { pages } from './page.ts'
import { boundTo, readSchemas } from './wild-schemas.ts'

const path = join(import.meta.dirname, '../../../shared/data/schemas/jsonschemabench_schemas.jsonl.gz')
const skip = existsSync(path) ? false : `no schemas at ${path}`

test('every schema of the wild goes through every dialect, and the table of it is fresh', { skip }, (context) => {
  const bound = boundTo(readSchemas(path))
  for (const [vendor, counts] of Object.entries(bound.counts))
    context.diagnostic(`${vendor}: ${JSON.stringify(counts)}`)
  context.diagnostic(`transform p99 ${bound.p99Ms.toFixed(3)} ms`)
  assert.ok(bound.p99Ms <= 1)
  const { present, fresh } = pages(bound)
  assert.equal(present, fresh, 'else run npm run conformance -- --schemas FILE --write-docs')
})

test('what the router lets in can be given to a vendor and validated against', { skip }, (context) => {
  const refused: Record<string, number> = {}
  for (const schema of readSchemas(path)) {
    const fault = checkSchema(schema)
    if (fault !== undefined) refused[fault.rule] = (refused[fault.rule] ?? 0) + 1
    else {
      assert.notEqual(validate(schema, '{}'), 'unverifiable', schema.slice(0, 200))
      assert.ok(!Object.values(schemaSupport(schema)).includes('unsupported'), schema.slice(0, 200))
    }
  }
  context.diagnostic(`refused at the door: ${JSON.stringify(refused)}`)
  assert.ok(Object.values(refused).reduce((sum, count) => sum + count, 0) < 10)
})
