import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Asked } from './thread.ts'
import { Thread } from './thread.ts'

const module = new URL('../../../providers/src/validation/thread.ts', import.meta.url)
const thread = new Thread({ module, deadlineMs: 250, memoryMb: 64 })
after(() => thread.close())

const check = (schema: object, ...values: readonly unknown[]): Promise<Asked> =>
  thread.ask({ schema: JSON.stringify(schema), candidates: values.map((value) => JSON.stringify(value)) })

const sourceOf = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`)

test('a question is answered', async () => {
  assert.deepEqual(await check({ type: 'integer' }, 'no', 3), { kind: 'answered', answer: 1 })
  assert.deepEqual(await check({ type: 'integer' }, 'no'), { kind: 'answered', answer: null })
})

test('an endless question is late, and the next ones are answered', async () => {
  const evil = check({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)
  const next = [check({ type: 'string' }, 'x'), check({ type: 'string' }, 1)]
  assert.deepEqual(await evil, { kind: 'late' })
  assert.deepEqual(await Promise.all(next), [
    { kind: 'answered', answer: 0 },
    { kind: 'answered', answer: null },
  ])
})

test('a schema that refers to itself stops nothing', async () => {
  const self = check({ $ref: '#' }, 1)
  const next = check({ type: 'string' }, 'x')
  assert.deepEqual(await self, { kind: 'answered', answer: null })
  assert.deepEqual(await next, { kind: 'answered', answer: 0 })
})

test('an answer that came while our own process was held up is not late', async () => {
  const quick = check({ type: 'string' }, 'x')
  const end = Date.now() + 350
  while (Date.now() < end);
  assert.deepEqual(await quick, { kind: 'answered', answer: 0 })
})

test('a question that throws, or takes all the memory, has failed; the next one is answered', async () => {
  const source = `export function handle(question) {
    if (question === 'throw') throw new Error('content')
    const all = []
    while (question === 'memory') all.push(new Array(100_000).fill(all.length))
    return question
  }`
  const own = new Thread({ module: sourceOf(source), deadlineMs: 10_000, memoryMb: 16 })
  const asked = ['throw', 'memory', 'plain'].map((question) => own.ask(question))
  assert.deepEqual(await Promise.all(asked), [
    { kind: 'failed' },
    { kind: 'failed' },
    { kind: 'answered', answer: 'plain' },
  ])
  await own.close()
})

test('a module that does not load fails its questions, and is not started for ever', async () => {
  const own = new Thread({ module: sourceOf('throw new Error()'), deadlineMs: 100, memoryMb: 16 })
  assert.deepEqual(await own.ask(1), { kind: 'failed' })
  assert.deepEqual(await own.ask(2), { kind: 'failed' })
  await own.close()
})

test('what is asked when it closes, or after, has failed', async () => {
  const own = new Thread({ module, deadlineMs: 100, memoryMb: 16 })
  const open = own.ask({ schema: '{}', candidates: ['1'] })
  await own.close()
  assert.deepEqual([await open, await own.ask(1)], [{ kind: 'failed' }, { kind: 'failed' }])
})
