import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '@waybill/schemas/generated/request'
import { targetOf } from '../given.ts'
import { plainPart, plainRequest, says } from '../hash/plain-request.ts'
import { featuresOf } from './features.ts'
import type { Learned, Lesson } from './learned.ts'
import { fewestToTrust, learn, nothingLearned } from './learned.ts'
import { taskClassOf } from './task-class.ts'
import type { OfClass } from './tokens.ts'
import { estimatedTokens, inputTokensAt, outputTokensOf } from './tokens.ts'

const ratiosOf = (learned: Learned): OfClass => learned.inputRatio.get('chat')

const tool = { name: 'f', description: 'finds', parameters: '{"type":"object"}' }

const opaque = (text: string): Request['messages'][number]['parts'][number] => ({
  ...plainPart,
  kind: 'opaque',
  opaque: text,
})

const estimate = (text: string): number => {
  const request = { ...plainRequest, messages: [says('user', text)] }
  return estimatedTokens(featuresOf(request), Buffer.byteLength(text) + 176)
}

const classed: readonly (readonly [Partial<Request>, string, string])[] = [
  [{ taskClass: 'my-own', tools: [tool] }, 'my-own', 'declared'],
  [{ reasoning: { effort: 'high', maxTokens: null }, tools: [tool] }, 'reasoning', 'inferred: reasoning is asked for'],
  [{ tools: [tool], outputSchema: '{}' }, 'internal-tool', 'inferred: it has tools'],
  [{ outputSchema: '{}', maxOutputTokens: 5 }, 'classification', 'inferred: at most 32 tokens of output are asked for'],
  [{ outputSchema: '{}' }, 'extraction', 'inferred: it has an output schema'],
  [{ messages: [says('user', 'x'.repeat(20_000))] }, 'summary', 'inferred: the input is long and the output short'],
  [
    { messages: [says('user', 'a'), says('assistant', 'b'), says('user', 'c')] },
    'chat',
    'inferred: it has several turns',
  ],
  [{}, 'general', 'inferred: nothing special about it'],
]

for (const [change, name, source] of classed)
  test(`class ${name}: ${source}`, () => {
    const request = { ...plainRequest, ...change }
    assert.deepEqual(taskClassOf(request, featuresOf(request)), { name, source })
  })

test('features count what there is, and whose parts there are', () => {
  const request: Request = {
    ...plainRequest,
    messages: [
      says('system', 'abc'),
      {
        role: 'assistant',
        parts: [
          opaque('{"provider":"gemini","api":"generateContent"}'),
          opaque('{"provider":"gemini","api":"generateContent"}'),
          opaque('nothing'),
        ],
      },
      { role: 'tool', parts: [{ ...plainPart, kind: 'toolResult', text: '12', json: '{}' }] },
      {
        role: 'user',
        parts: [
          { ...plainPart, text: 'hello' },
          { ...plainPart, kind: 'image', media: { mimeType: 'image/png', data: new Uint8Array(7), uri: null } },
        ],
      },
    ],
    tools: [tool],
  }
  assert.deepEqual(featuresOf(request), {
    textCharacters: 10,
    jsonCharacters: 45 + 45 + 7 + 2 + 1 + 5 + 17,
    mediaBytes: 7,
    images: 1,
    imageTypes: ['image/png'],
    assistantImages: false,
    turns: 4,
    owners: [{ provider: 'gemini', account: 'default', api: 'generateContent' }],
  })
})

test('the estimate of input is near a real count for prose, JSON and Chinese', () => {
  // Counts of o200k_base: 1,000 words of English about 1,300 tokens, 1,000 Chinese characters about 700.
  const prose = estimate('The quick brown foxes are jumping over lazy dogs. '.repeat(110))
  assert.ok(prose > 1_100 && prose < 1_600, String(prose))
  const chinese = estimate('今天天气很好我们去公园散步吧'.repeat(72))
  assert.ok(chinese > 500 && chinese < 900, String(chinese))
})

test('what was learned counts once there is enough of it, and then follows the vendor', () => {
  const target = targetOf({ id: 'openai/m' })
  const lesson = { target: target.id, taskClass: 'chat', estimatedTokens: 1_000, inputTokens: 2_000, outputTokens: 70 }
  const taught = (lessons: number): Learned =>
    Array.from({ length: lessons }).reduce<Learned>((learned) => learn(learned, lesson), nothingLearned)
  const input = (learned: Learned): number =>
    inputTokensAt(target, 500, { request: plainRequest, features: featuresOf(plainRequest) }, ratiosOf(learned))
      .expected
  const output = (learned: Learned): number =>
    outputTokensOf(target, 'chat', 1, learned.outputTokens.get('chat')).expected
  assert.deepEqual([input(taught(fewestToTrust - 1)), output(taught(fewestToTrust - 1))], [500, 300])
  assert.deepEqual([input(taught(fewestToTrust)), output(taught(fewestToTrust))], [1_000, 70])
})

test('about nine of ten values are at most the upper quantile', () => {
  let seed = 1
  let learned = nothingLearned
  let below = 0
  for (let at = 0; at < 4_000; at += 1) {
    seed = (seed * 48_271) % 2_147_483_647
    const outputTokens = Math.round((seed / 2_147_483_647) * 1_000)
    const upper = learned.outputTokens.get('chat')?.get('a/b')?.upper ?? 0
    if (at >= 1_000 && outputTokens <= upper) below += 1
    learned = learn(learned, { target: 'a/b', taskClass: 'chat', estimatedTokens: null, inputTokens: 5, outputTokens })
  }
  assert.ok(below > 2_550 && below < 2_850, String(below))
  assert.equal(learned.inputRatio.size, 0, 'a request with images teaches nothing about text')
})

const lesson = { target: 'a/b', taskClass: 'chat', estimatedTokens: 100, inputTokens: 150, outputTokens: 200 }
const after = (lessons: readonly Partial<Lesson>[], known = nothingLearned): Learned =>
  lessons.reduce<Learned>((learned, each) => learn(learned, { ...lesson, ...each }), known)

const ratioOf = (learned: Learned): number => ratiosOf(learned)?.get('a/b')?.middle ?? 0
const lengthOf = (learned: Learned): number => learned.outputTokens.get('chat')?.get('a/b')?.middle ?? 0

test('absurd usage moves what was learned by a little, however absurd, and never for long', () => {
  const settled = after(Array.from({ length: 100 }, () => ({})))
  const absurd = { inputTokens: 1e12, outputTokens: 1e12 }
  const moved = after([absurd], settled)
  assert.ok(ratioOf(moved) < 1.5 * 1.03, String(ratioOf(moved)))
  assert.ok(lengthOf(moved) < 200 * 1.07, String(lengthOf(moved)))
  const recovered = after(
    Array.from({ length: 100 }, () => ({})),
    moved,
  )
  assert.ok(Math.abs(ratioOf(recovered) - 1.5) < 0.01, String(ratioOf(recovered)))
  assert.equal(ratioOf(after([absurd])), 4, 'not even as the first')
})

test('counts that are none teach nothing', () => {
  const counts = [-5, 0, 0.5, Number.NaN, Infinity, null]
  const learned = after(counts.map((tokens) => ({ inputTokens: tokens, outputTokens: tokens })))
  assert.deepEqual([learned.inputRatio.size, learned.outputTokens.size], [0, 0])
  assert.equal(after([{ estimatedTokens: 0 }]).inputRatio.size, 0)
})

test('classes that callers make up are learned up to a number, and those before them go on', () => {
  const made = after(Array.from({ length: 1_000 }, (_, at) => ({ taskClass: `class ${at}` })))
  assert.equal(made.outputTokens.size, 256)
  assert.equal(
    after([{ taskClass: 'class 0' }], made)
      .outputTokens.get('class 0')
      ?.get('a/b')?.samples,
    2,
  )
})
