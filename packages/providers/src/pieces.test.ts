import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callPart, noSampling, opaquePart, requestWith, targetFor, toolNamed, turn } from './conformance/given.ts'
import { hasDrifted } from './drift.ts'
import { nestsDeeper, parseJson } from './json.ts'
import { needsOf } from './needs.ts'
import { toolNameRule } from './openai/names.ts'
import { inverse, renaming } from './renaming.ts'
import { findJson } from './repair.ts'

test('names go to the vendor and come back, whatever they are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 20 }), (names) => {
      const mapped = renaming(names, toolNameRule)
      const back = inverse(mapped)
      assert.equal(back.size, names.length)
      for (const name of names) {
        const theirs = mapped.get(name) ?? ''
        assert.match(theirs, toolNameRule.whole)
        assert.equal(back.get(theirs), name)
        if (toolNameRule.whole.test(name)) assert.equal(theirs, name)
      }
    }),
  )
})

test('a model has drifted when another one answered than the pinned one', () => {
  const same: readonly [string, string][] = [
    ['gpt-4o', 'gpt-4o-2024-08-06'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-preview-05-20'],
    ['gemini-3.8-flash', 'gemini-3.8-flash-001'],
    ['gemini-flash-latest', 'gemini-3.8-flash'],
    ['models/gemini-3.8-flash', 'gemini-3.8-flash'],
  ]
  const others: readonly [string, string][] = [
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
    ['gpt-5.4', 'gpt-5.4-mini'],
    ['claude-sonnet-4', 'claude-sonnet-4-5-20250929'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['gpt-4o', 'gpt-4'],
  ]
  for (const [pinned, served] of same) assert.equal(hasDrifted(pinned, served), false, `${pinned} ${served}`)
  for (const [pinned, served] of others) assert.equal(hasDrifted(pinned, served), true, `${pinned} ${served}`)
  assert.equal(hasDrifted('gpt-4o', null), false)
  assert.equal(hasDrifted('claude-sonnet-4-0', 'claude-sonnet-4-20250514', 'claude-sonnet-4'), false)
})

test('depth is counted in one pass and strings do not count', () => {
  assert.equal(nestsDeeper('["[[[["]'.padEnd(300), 1), false)
  assert.equal(nestsDeeper('['.repeat(300), 256), true)
  assert.equal(nestsDeeper(String.raw`["\\\"[[[","\\"]`.padEnd(300), 1), false)
  assert.equal(parseJson('['.repeat(200_000) + ']'.repeat(200_000)), undefined)
})

test('JSON is found in linear time whatever the text', () => {
  const start = process.cpuUsage().user
  for (const text of [
    '{'.repeat(1_000_000),
    '"{'.repeat(500_000),
    '```'.repeat(300_000),
    `\`\`\`json\n${' \n'.repeat(500_000)}`,
  ])
    assert.equal(findJson(text), null)
  assert.ok(process.cpuUsage().user - start < 5_000_000)
})

test('what a request needs of a target', () => {
  const needs = needsOf(
    requestWith({
      tools: [toolNamed('weather')],
      toolChoice: { kind: 'required', name: null },
      parallelToolCalls: false,
      outputSchema: '{}',
      sampling: { ...noSampling, topK: 3, required: ['topK'] },
      messages: [
        turn('user', { kind: 'image', text: null, json: null, media: null, opaque: null }),
        turn(
          'assistant',
          opaquePart('reasoning', 'anthropic', {}),
          opaquePart('opaque', 'anthropic', 1),
          callPart('c', 'weather', {}),
        ),
        turn('user', { kind: 'smell', text: null, json: null, media: null, opaque: null }),
      ],
    }),
  )
  assert.deepEqual(needs, {
    tools: true,
    forcedTool: true,
    parallelTools: false,
    singleTool: true,
    outputSchema: true,
    sampling: ['topK'],
    requiredSampling: ['topK'],
    reasoning: false,
    images: true,
    opaque: [{ provider: 'anthropic', api: null }],
    unknownParts: ['messages[2].parts[0]'],
  })
  assert.equal(needsOf(requestWith()).images, false)
  assert.equal(targetFor('messages').provider, 'anthropic')
})
