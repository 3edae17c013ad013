import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Thread } from './thread.ts'

const module = new URL('../../../providers/src/validation/thread.ts', import.meta.url)
const thread = new Thread({ module, deadlineMs: 500, memoryMb: 64 })
after(() => thread.close())

const check = (schema: object, ...values: readonly unknown[]): Promise<unknown> =>
  thread.ask({ schema: JSON.stringify(schema), candidates: values.map((value) => JSON.stringify(value)) })

test('a question is answered', async () => {
  assert.deepEqual(await check({ type: 'integer' }, 'no', 3), { kind: 'answered', answer: 1 })
  assert.deepEqual(await check({ type: 'integer' }, 'no'), { kind: 'answered', answer: null })
})

test('an endless question is late, and the next ones are answered', async () => {
  const evil = check({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)
  const next = check({ type: 'string' }, 'x')
  assert.notEqual(JSON.stringify(await evil), JSON.stringify({ kind: 'answered', answer: 0 }))
  assert.deepEqual(await next, { kind: 'answered', answer: 0 })
})

test('a schema that refers to itself stops nothing', async () => {
  await check({ $ref: '#' }, 1)
  assert.deepEqual(await check({ type: 'string' }, 'x'), { kind: 'answered', answer: 0 })
})
