// Ten thousand schemas of the wild: none crashes, none hangs, and how far each vendor can be bound to them.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { memberOf } from '@waybill/providers/json'
import { vendorApis } from '@waybill/providers/registry'
import { schemaSupport } from '@waybill/providers/schema/support'
import { checkSchema } from '@waybill/providers/validation/check-schema'
import { validate } from '@waybill/providers/validation/validate'

const path = join(import.meta.dirname, '../../../shared/data/schemas/jsonschemabench_schemas.jsonl.gz')
const skip = existsSync(path) ? false : `no schemas at ${path}`

const schemas = (): readonly string[] =>
  gunzipSync(readFileSync(path))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.stringify(memberOf(JSON.parse(line), 'schema')))

/** Of each vendor: bound to all of it, to a part, to nothing but told, not at all. */
function bindingOf(api: string, schema: string): string {
  const given = vendorApis[api]?.outputSchema(schema) ?? null
  if (given === null) return 'unsupported'
  if (!given.isEnforced) return 'hint'
  return given.lossy.length === 0 ? 'strict' : 'lossy'
}

/** The best of three, in milliseconds: whatever else the machine does meanwhile is not the transform's. */
function timeOf(api: string, schema: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    vendorApis[api]?.outputSchema(schema)
    return performance.now() - start
  })
  return Math.min(...times)
}

test('every schema of the wild goes through every dialect', { skip }, (context) => {
  const all = schemas()
  const counts: Record<string, Record<string, number>> = {}
  const times: number[] = []
  for (const api of ['chatCompletions', 'messages', 'generateContent']) {
    const own: Record<string, number> = (counts[api] = {})
    for (const schema of all) {
      const binding = bindingOf(api, schema)
      times.push(timeOf(api, schema))
      own[binding] = (own[binding] ?? 0) + 1
    }
  }
  for (const [api, own] of Object.entries(counts)) context.diagnostic(`${api}: ${JSON.stringify(own)}`)
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
  context.diagnostic(`transform p99 ${p99.toFixed(3)} ms`)
  assert.ok(p99 <= 1)
  assert.deepEqual(counts, {
    chatCompletions: { strict: 4847, lossy: 1715, hint: 2744, unsupported: 1 },
    messages: { strict: 3966, lossy: 2238, hint: 3102, unsupported: 1 },
    generateContent: { strict: 5561, lossy: 3541, hint: 204, unsupported: 1 },
  })
})

test('what the router lets in can be given to a vendor and validated against', { skip }, (context) => {
  const refused: Record<string, number> = {}
  for (const schema of schemas()) {
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
