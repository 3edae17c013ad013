// What no vendor takes is refused at the door, by a path and a rule.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import { plainPart, plainRequest, says } from '@waybill/routing/hash/plain-request'
import { problemOf } from './rules.ts'

const noSampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: [],
}
const part = (kind: string, json: unknown = null): Part => ({
  ...plainPart,
  kind,
  json: json === null ? null : JSON.stringify(json),
})
const picture: Part = {
  ...plainPart,
  kind: 'image',
  media: { mimeType: 'image/png', data: null, uri: 'https://a.example/b' },
}
const call = (id: string): Part => part('toolCall', { id, name: 'f', arguments: {} })
const result = (callId: string): Part => part('toolResult', { callId })
const signed: Part = { ...plainPart, kind: 'opaque', opaque: '{"provider":"anthropic","value":{}}' }

const detailOf = (changes: Partial<Request>): string => problemOf({ ...plainRequest, ...changes }, 1_000)?.detail ?? ''
const asked = says('user', 'Go.')

const refused: readonly (readonly [what: string, changes: Partial<Request>, detail: RegExp])[] = [
  [
    'an image in a system turn',
    { messages: [{ role: 'system', parts: [picture] }] },
    /^messages\[0\]\.parts\[0\]: a image part has no place in a turn of role system/u,
  ],
  [
    'a call of a user',
    { messages: [{ role: 'user', parts: [call('c')] }] },
    /a toolCall part has no place in a turn of role user; it may stand in: assistant/u,
  ],
  [
    'a result of an assistant',
    { messages: [{ role: 'assistant', parts: [result('c')] }] },
    /no place in a turn of role assistant/u,
  ],
  [
    'thoughts of a user',
    { messages: [{ role: 'user', parts: [part('reasoning')] }] },
    /no place in a turn of role user/u,
  ],
  [
    'a result without a call',
    { messages: [asked, { role: 'tool', parts: [result('c')] }] },
    /^messages\[1\]\.parts\[0\]\.json: has a callId that no call/u,
  ],
  [
    'a result before its call',
    {
      messages: [
        { role: 'tool', parts: [result('c')] },
        { role: 'assistant', parts: [call('c')] },
      ],
    },
    /^messages\[0\]/u,
  ],
  [
    'a call without a result',
    { messages: [asked, { role: 'assistant', parts: [call('c'), call('d')] }, { role: 'tool', parts: [result('c')] }] },
    /^messages\[1\]\.parts\[1\]\.json: is a call that no result comes after/u,
  ],
  [
    'a temperature above 2',
    { sampling: { ...noSampling, temperature: 2.1 } },
    /^sampling\.temperature: is 2\.1; from 0 to 2/u,
  ],
  [
    'a temperature that is no number',
    { sampling: { ...noSampling, temperature: NaN } },
    /^sampling\.temperature: is NaN/u,
  ],
  ['more than all of the probability', { sampling: { ...noSampling, topP: 1.5 } }, /^sampling\.topP/u],
  ['a penalty out of range', { sampling: { ...noSampling, presencePenalty: -3 } }, /^sampling\.presencePenalty/u],
  ['none of the best', { sampling: { ...noSampling, topK: 0 } }, /^sampling\.topK: is 0; at least 1/u],
  ['an empty stop sequence', { sampling: { ...noSampling, stop: [''] } }, /^sampling\.stop: holds an empty text/u],
]
for (const [what, changes, detail] of refused)
  test(`refused: ${what}`, () => {
    assert.match(detailOf(changes), detail)
  })

const taken: readonly (readonly [what: string, changes: Partial<Request>])[] = [
  [
    'a conversation with calls, results and an image',
    {
      messages: [
        { role: 'user', parts: [picture] },
        { role: 'assistant', parts: [call('c')] },
        { role: 'tool', parts: [result('c')] },
      ],
    },
  ],
  [
    'an id that is used again',
    {
      messages: [
        asked,
        { role: 'assistant', parts: [call('c')] },
        { role: 'user', parts: [result('c')] },
        { role: 'assistant', parts: [call('c')] },
        { role: 'tool', parts: [result('c')] },
      ],
    },
  ],
  [
    "results beside a vendor's own parts, which may be their calls",
    { messages: [asked, { role: 'assistant', parts: [signed] }, { role: 'tool', parts: [result('c')] }] },
  ],
  [
    'settings at their ends',
    {
      sampling: {
        ...noSampling,
        temperature: 2,
        topP: 1,
        topK: 1,
        frequencyPenalty: -2,
        presencePenalty: 2,
        stop: ['\n'],
      },
    },
  ],
]
for (const [what, changes] of taken)
  test(`taken: ${what}`, () => {
    assert.equal(detailOf(changes), '')
  })
