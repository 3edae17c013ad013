import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { citySchema, requestWith, toolNamed } from '@waybill/providers/conformance/given'
import type { Spoken } from '@waybill/providers/conformance/spoken'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import type { Check } from '@waybill/providers/settle'
import { readAffinity } from '@waybill/routing/affinity'
import type { Request } from '@waybill/schemas/generated/request'
import { systemClock } from '@waybill/runtime/clock'
import { first, now, resultOf } from './given.ts'
import type { Validate } from './judging.ts'
import { judge } from './judging.ts'
import type { Judgement } from './reducer/prepared.ts'
import { validationThread } from './service.ts'
import { validating } from './validating.ts'

const thread = validationThread()
after(() => thread.close())
const validate = validating((check) => thread.ask(check), systemClock)

const bytesOf = (spoken: Spoken): Buffer => Buffer.from(JSON.stringify(bodyOf('chatCompletions', spoken)))

const read = (spoken: Spoken, request: Partial<Request> = {}, by: Validate = validate): Promise<Judgement> => {
  const body = bytesOf({ model: first.model, ...spoken })
  return judge(resultOf({ outcome: { body, ignored: ['seed'] } }), requestWith(request), by)
}

test('an answer carries what its body cannot say', async () => {
  const judgement = await read({ text: ['Hello.'] })
  assert.ok(judgement.kind === 'answer')
  const { text, ignored, usage, affinity } = judgement.answer
  assert.deepEqual([text, ignored, usage.inputTokens], ['Hello.', ['seed'], 100])
  assert.deepEqual(readAffinity(affinity), { target: first.id, tokens: 130, at: now - 10 })
})

test('output and arguments are held against the schemas of the caller', async () => {
  const outputSchema = JSON.stringify(citySchema)
  const good = await read({ text: ['{"city":"Paris"}'] }, { outputSchema })
  assert.equal(good.kind === 'answer' && good.answer.output, '{"city":"Paris"}')
  const bad = await read({ text: ['{"town":"Paris"}'] }, { outputSchema })
  assert.equal(bad.kind === 'unusable' && bad.failure, 'schema_mismatch')
  const elsewhere = await read({ text: ['{}'], model: 'another-model-2' }, { outputSchema })
  assert.deepEqual(
    [bad, elsewhere].map((each) => each.kind === 'unusable' && each.drifted),
    [false, true],
  )
  const empty = await read({ text: [''], model: 'another-model-2' })
  assert.equal(empty.kind === 'unusable' && empty.drifted, true)
  const tools = [toolNamed('weather')]
  const called = await read({ calls: [{ name: 'weather', arguments: { city: 3 } }], end: 'calls' }, { tools })
  assert.equal(called.kind === 'unusable' && called.failure, 'tool_args_invalid')
})

test('a schema that takes for ever makes an answer unusable, and is not tried again for a while', async () => {
  const evil = JSON.stringify({ type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } })
  const text = [JSON.stringify({ a: `${'a'.repeat(40)}!` })]
  const from = performance.now()
  for (let times = 0; times < 3; times++) {
    const judgement = await read({ text }, { outputSchema: evil })
    assert.equal(judgement.kind === 'unusable' && judgement.failure, 'schema_timeout')
    assert.equal(judgement.kind === 'unusable' && judgement.usage?.outputTokens, 30)
  }
  const good = await read({ text: ['{"city":"Paris"}'] }, { outputSchema: JSON.stringify(citySchema) })
  assert.equal(good.kind, 'answer')
  assert.ok(performance.now() - from < 5_000)
})

const fails = (): Promise<never> => Promise.reject(new Error('secret'))

test('what cannot be judged is of unknown outcome, whatever the reason', async () => {
  const nothing: Judgement = { kind: 'none', providerRequestId: null }
  const body = bytesOf({ text: ['Hello.'] })
  assert.deepEqual(await judge(resultOf({ outcome: { body } }), null, validate), nothing)
  assert.deepEqual(await read({ text: ['{}'] }, { outputSchema: '{}' }, fails), nothing)
  const other = resultOf({ outcome: { body }, dispatch: { target: { ...first, api: 'telepathy' } } })
  assert.deepEqual(await judge(other, requestWith(), validate), nothing)
})

const check = (schema: string): Check => ({ schema, candidates: ['1'] })

test('only so many schemas are remembered, and not for long', async () => {
  let [time, asked] = [0, 0]
  const late = validating(
    () => {
      asked++
      return Promise.resolve({ kind: 'late' })
    },
    { monotonic: () => time },
  )
  for (let times = 0; times < 2; times++) assert.equal(await late(check('first')), 'timeout')
  assert.equal(asked, 1)
  time = 60_001
  await late(check('first'))
  assert.equal(asked, 2)
  for (let at = 0; at < 64; at++) await late(check(`${at}`))
  await late(check('first'))
  assert.equal(asked, 2 + 64 + 1)
})
