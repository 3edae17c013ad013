// What vendors ask of a turn that goes on after a tool's result, one test a quirk.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@waybill/schemas/generated/message'
import type { Request } from '@waybill/schemas/generated/request'
import { stringAt } from '../json.ts'
import { callPart, opaquePart, requestWith, resultPart, targetFor, toolNamed, turn } from './given.ts'
import { bytes, prepared, vendorApi } from './read.ts'

const call = callPart('c', 'look', {})
const next = [turn('assistant', 'Warm.'), turn('user', 'And there?')]
const result = turn('tool', resultPart('c', 'x'))
const thought = opaquePart('reasoning', 'anthropic', { type: 'thinking', thinking: 'Hm.', signature: 's' })
const signed = { ...call, opaque: '{"provider":"gemini","value":{"thoughtSignature":"s"}}' }

const going = (messages: readonly Message[], changes: Partial<Request> = {}): Request =>
  requestWith({ messages: [turn('user', 'Where?'), ...messages], tools: [toolNamed('look')], ...changes })
const medium = { reasoning: { effort: 'medium', maxTokens: 2_000 } }

const skip = /"skip_thought_signature_validator"/gu
const skips = (request: Request, model?: string): number =>
  [...JSON.stringify(prepared('generateContent', request, model).body).matchAll(skip)].length

test('Gemini from version 3 on: the first call of each step since the user spoke is signed, or said not to be', () => {
  const step = [
    turn('assistant', call, callPart('d', 'look', {})),
    turn('tool', resultPart('c', 'x'), resultPart('d', 'y')),
  ]
  assert.equal(skips(going(step)), 1)
  assert.equal(skips(going([...step, ...step])), 2)
  assert.equal(skips(going([...step, ...next])), 0)
  assert.equal(skips(going([turn('assistant', signed), result])), 0)
  assert.equal(skips(going(step), 'gemini-2.5-flash'), 0)
})

test('Anthropic: a turn that goes on without thoughts has none by a budget, and says so', () => {
  const [without, within] = [[call], [thought, call]].map((parts) =>
    prepared('messages', going([turn('assistant', ...parts), result], medium)),
  )
  assert.deepEqual(
    [without?.body['thinking'], without?.ignored],
    [undefined, ['reasoning.effort', 'reasoning.maxTokens']],
  )
  assert.deepEqual(within?.body['thinking'], { type: 'enabled', budget_tokens: 2_000 })
  const hurried = prepared('messages', going([turn('assistant', call), result, turn('user', 'Well?')], medium))
  assert.equal(hurried.body['thinking'], undefined)
  const fresh = prepared('messages', going([turn('assistant', call), result, ...next], medium))
  assert.deepEqual(fresh.body['thinking'], { type: 'enabled', budget_tokens: 2_000 })
})

const shown = (messages: readonly Message[], changes?: Partial<Request>): boolean =>
  JSON.stringify(prepared('messages', going(messages, changes)).body).includes('"Hm."')

test('Anthropic: who does not think is not shown the thoughts of the turn that goes on, but those of earlier ones', () => {
  const open = [turn('assistant', thought, call), result]
  assert.deepEqual([shown(open), shown(open, medium)], [false, true])
  assert.equal(shown([...open, ...next]), true)
})

test('thoughts are a part of the turn, with their text, bound to the API and the account that they came from', () => {
  const said = [
    [
      'messages',
      {
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's' },
          { type: 'text', text: 'a' },
        ],
      },
    ],
    ['generateContent', { candidates: [{ content: { parts: [{ text: 'Hm.', thought: true }, { text: 'a' }] } }] }],
  ] as const
  for (const [api, body] of said)
    for (const account of ['default', 'team-a']) {
      const target = { ...targetFor(api), account }
      const read = vendorApi(api).answer(bytes(body), { request: requestWith(), target, headers: {} })
      assert.ok(read.kind === 'answer')
      const [part] = read.answer.answer.message.parts
      assert.deepEqual([part?.kind, part?.text], ['reasoning', 'Hm.'])
      assert.equal(stringAt(JSON.parse(part?.opaque ?? ''), 'account'), account === 'default' ? null : account)
    }
})
