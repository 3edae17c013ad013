// What vendors count, and which model they say has served: one test a quirk.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestWith } from './given.ts'
import { answer, outcome } from './read.ts'
import { chat, claude, gemini } from './worded.ts'

test('token counts: totals include their parts, a missing count is null', () => {
  const anthropic = claude([{ type: 'text', text: 'a' }], 'end_turn', {
    usage: { input_tokens: 3, cache_read_input_tokens: 5, cache_creation_input_tokens: null, output_tokens: 2 },
  })
  assert.deepEqual(answer('messages', anthropic).usage, {
    inputTokens: 8,
    cachedInputTokens: 5,
    cacheWriteInputTokens: null,
    outputTokens: 2,
    reasoningTokens: null,
  })
  const thoughts = {
    usageMetadata: { promptTokenCount: 10, toolUsePromptTokenCount: 2, candidatesTokenCount: 3, thoughtsTokenCount: 4 },
  }
  const { inputTokens, outputTokens } = answer('generateContent', gemini([{ text: 'a' }], 'STOP', thoughts)).usage
  assert.deepEqual([inputTokens, outputTokens], [12, 7])
  const above = { usage: { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 }, completion_tokens: 1 } }
  assert.equal(answer('chatCompletions', chat({ content: 'a' }, 'stop', above)).usage.cachedInputTokens, null)
})

const driftOf = (model: string, asked?: string): readonly unknown[] => {
  const made = answer('chatCompletions', chat({ content: 'a' }, 'stop', { model }), requestWith(), asked)
  return [made.servedModel, made.drifted]
}

test('resolved model: an alias and its dated id are one, another model is drift', () => {
  assert.deepEqual(driftOf('gpt-4o-2024-08-06', 'gpt-4o'), ['gpt-4o-2024-08-06', false])
  assert.deepEqual(driftOf('gpt-5.6-sol', 'gpt-5.6'), ['gpt-5.6-sol', false])
  assert.deepEqual(driftOf('gpt-4o-mini', 'gpt-4o-2024-08-06'), ['gpt-4o-mini', true])
})

test('resolved model: recorded as served, without the vendor’s prefix', () => {
  const { servedModel, drifted } = answer(
    'generateContent',
    gemini([{ text: 'a' }], 'STOP', { modelVersion: 'models/gemini-3.8-flash' }),
  )
  assert.deepEqual([servedModel, drifted], ['gemini-3.8-flash', false])
})

const servedAt = (word: string): string | null => {
  const read = outcome('chatCompletions', chat({ content: 'a' }, 'stop', { service_tier: word }))
  return read.kind === 'answer' ? read.answer.servedTier : assert.fail(read.kind)
}

test('service tier: as the vendor says it was served, the usual one by whatever name', () => {
  assert.deepEqual(['default', 'standard_only', 'flex', 'auto'].map(servedAt), ['standard', 'standard', 'flex', null])
})
