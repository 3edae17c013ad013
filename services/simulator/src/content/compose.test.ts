import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { defaultModels } from '../prices.ts'
import type { Ask } from '../apis/vendor.ts'
import { textOf } from './answer.ts'
import type { Answer } from './answer.ts'
import { compose } from './compose.ts'

const ask: Ask = {
  tools: [],
  choice: 'none',
  parallel: true,
  format: { kind: 'text' },
  maxTokens: null,
  stop: [],
  afterToolResult: false,
  effort: null,
  serviceTier: 'standard',
  inputTokens: 100,
  cacheMarked: false,
}
const tool = { name: 'find', schema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } }
const habits = { toolShare: 0.75, textTokens: 90, cachedShare: 0.3 }

function answers(wish: Partial<Ask>, model: string = 'gpt-4.1', count: number = 200): readonly Answer[] {
  const known = defaultModels.find((each) => each.id === model)
  ok(known !== undefined)
  return Array.from({ length: count }, (_, index) => compose({ ...ask, ...wish }, known, habits, `seed-${index}`))
}

test('text is about as long as it should be, and now and then much longer', () => {
  const lengths = answers({})
    .map((answer) => answer.usage.output)
    .toSorted((one, other) => one - other)
  const median = lengths[100] ?? 0
  ok(median > 60 && median < 130, `${median}`)
  ok((lengths.at(-1) ?? 0) > 250)
})

test('no more is said than is allowed, and what is cut says so', () => {
  for (const maxTokens of [1, 5, 40, 400])
    for (const answer of answers({ maxTokens }, 'gpt-5-mini')) {
      ok(answer.usage.output + answer.usage.reasoning <= maxTokens)
      ok(textOf(answer).length <= maxTokens * 4)
    }
  equal(
    answers({ maxTokens: 3 }).every((answer) => answer.finish.kind === 'length'),
    true,
  )
  equal(answers({ maxTokens: 300 }).filter((answer) => answer.finish.kind === 'length').length < 12, true)
  const cut = answers({ maxTokens: 4, tools: [tool], choice: 'required' })[0]
  equal(cut?.finish.kind, 'length')
})

test('tools are called when they must be, when they may, and not after their result', () => {
  const tools = [tool]
  equal(
    answers({ tools, choice: 'required' }).every((answer) => answer.calls.length > 0),
    true,
  )
  equal(
    answers({ tools, choice: 'none' }).every((answer) => answer.calls.length === 0),
    true,
  )
  equal(
    answers({ tools, choice: 'auto', afterToolResult: true }).every((answer) => answer.calls.length === 0),
    true,
  )
  const called = answers({ tools, choice: 'auto' }).filter((answer) => answer.calls.length > 0).length
  ok(called > 120 && called < 180, `${called} of 200`)
  const named = answers({ tools: [tool, { ...tool, name: 'other' }], choice: { name: 'other' } })
  equal(
    named.every((answer) => answer.calls.length === 1 && answer.calls[0]?.name === 'other'),
    true,
  )
})

test('several calls at once only where they are allowed', () => {
  const tools = [tool]
  ok(answers({ tools, choice: 'required' }).some((answer) => answer.calls.length > 1))
  ok(answers({ tools, choice: 'required', parallel: false }).every((answer) => answer.calls.length === 1))
})

test('an answer ends before the first stop sequence', () => {
  for (const answer of answers({ stop: ['.', 'zzz'] })) {
    deepEqual(answer.finish, { kind: 'stopSequence', sequence: '.' })
    ok(!textOf(answer).includes('.'))
  }
})

const reasoned = (wish: Partial<Ask>, model: string): number =>
  answers(wish, model).filter((answer) => answer.usage.reasoning > 0).length

test('models reason as they are told and as they can', () => {
  equal(reasoned({}, 'gpt-4.1'), 0)
  equal(reasoned({}, 'gpt-5.4'), 0)
  equal(reasoned({ effort: 'low' }, 'gpt-5.4'), 200)
  equal(reasoned({}, 'gpt-6-sol'), 200)
  equal(reasoned({ effort: 'none' }, 'gpt-6-sol'), 0)
  equal(reasoned({ effort: 'none' }, 'gpt-5-mini'), 200)
})

const cached = (wish: Partial<Ask>, model: string): number =>
  answers(wish, model).filter(({ usage }) => usage.cachedInput + usage.cacheWrite > 0).length

test('the cache is used for long prompts, and by Anthropic only where it was asked for', () => {
  equal(cached({ inputTokens: 900 }, 'gpt-4.1'), 0)
  ok(cached({ inputTokens: 9_000 }, 'gpt-4.1') > 30)
  equal(cached({ inputTokens: 9_000 }, 'claude-haiku-5-5'), 0)
  equal(cached({ inputTokens: 9_000, cacheMarked: true }, 'claude-haiku-5-5'), 200)
  for (const { usage } of answers({ inputTokens: 9_000 }))
    equal(usage.uncachedInput + usage.cachedInput + usage.cacheWrite, 9_000)
})
