import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { apiNames, targetFor } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import { conformance } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordings-'))
after(() => {
  rmSync(folder, { recursive: true })
})

const apiOf = {
  chatCompletions: ['openai.chat', '/v1/chat/completions'],
  responses: ['openai.responses', '/v1/responses'],
  messages: ['anthropic', '/v1/messages'],
  generateContent: ['gemini.gla', '/v1beta/models/gemini-3.8-flash:generateContent'],
} as const

const json = { 'content-type': 'application/json' }

/** A recorded answer of each API that is as it should be. */
const good = apiNames.map((api) => {
  const [name, path] = apiOf[api]
  const { model } = targetFor(api)
  const response = { status: 200, headers: json, body: bodyOf(api, { text: ['Hello.'] }) }
  return { id: `good-${api}`, api: name, url_path: path, kind: ['text'], request: { model }, response }
})
const [first = assert.fail('there is none')] = good
const answering = (id: string, body: unknown, kind: readonly string[] = ['text']): object => ({
  ...first,
  id,
  kind,
  response: { status: 200, headers: json, body },
})

interface Ended {
  readonly code: number
  readonly said: string
  readonly told: string
}

async function run(...given: readonly string[]): Promise<Ended> {
  const [said, told]: [string[], string[]] = [[], []]
  const code = await conformance(given, { say: (text) => said.push(text), tell: (text) => told.push(text) })
  return { code, said: said.join('\n'), told: told.join('\n') }
}

let files = 0
function fileOf(content: string | Buffer): string {
  const path = join(folder, `${files++}.jsonl`)
  writeFileSync(path, content)
  return path
}
const linesOf = (recordings: readonly object[]): string => recordings.map((each) => JSON.stringify(each)).join('\n')

test('answers that are as they should be end with 0, packed or not, and are counted by API and outcome', async () => {
  for (const content of [linesOf(good), gzipSync(linesOf(good))]) {
    const { code, said } = await run('--recordings', fileOf(content))
    assert.equal(code, 0)
    assert.match(said, /anthropic\n +1 {2}completed\/stop/u)
    assert.match(said, /4 recordings, 0 repaired, 0 drifted, 0 at fault$/u)
  }
})

test('with --json the same is one object', async () => {
  const { code, said } = await run('--recordings', fileOf(linesOf(good)), '--json')
  assert.equal(code, 0)
  const { recordings, outcomes, faults } = JSON.parse(said)
  assert.deepEqual([recordings, outcomes['openai.chat'], faults], [4, { 'completed/stop': 1 }, []])
})

const faulty: readonly (readonly [what: string, recording: object, fault: RegExp])[] = [
  ['an API that nobody knows', { ...first, id: 'new', api: 'mistral.chat' }, /mistral\.chat new: unclassified/u],
  ['a body that is no answer', answering('odd', { hello: 1 }), /odd: no answer: ambiguous\/unreadable_answer/u],
  [
    'a finish that nobody knows',
    answering('finish', { choices: [{ message: { content: 'Hi' }, finish_reason: 'brand_new' }] }),
    /finish: an unknown finish/u,
  ],
  [
    'a refusal that was read as an answer',
    { ...first, id: 'refusal', kind: ['refusal'] },
    /refusal: a refusal is completed/u,
  ],
  [
    'counts that do not add up',
    answering('usage', {
      choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 9 },
    }),
    /usage: usage differs from the total/u,
  ],
  [
    'a replay that throws',
    { ...first, id: 'thrown', response: { status: 200, headers: { 'x-a': 'a\nb' }, body: null } },
    /thrown: threw /u,
  ],
]
for (const [what, recording, fault] of faulty)
  test(`${what} ends with 1 and is named`, async () => {
    const { code, said } = await run('--recordings', fileOf(linesOf([...good, recording])))
    assert.equal(code, 1)
    assert.match(said, fault)
    assert.match(said, /5 recordings, .* 1 at fault$/u)
    const told = JSON.parse((await run('--recordings', fileOf(linesOf([recording])), '--json')).said)
    assert.equal(told.faults.length, 1)
  })

const packed = gzipSync(linesOf(good))
const unusable: readonly (readonly [what: string, path: () => string, told: RegExp])[] = [
  ['that is not there', () => join(folder, 'nowhere.jsonl.gz'), /nowhere\.jsonl\.gz cannot be read \(ENOENT\)/u],
  ['that is a folder', () => folder, /cannot be read \(EISDIR\)/u],
  ['that is empty', () => fileOf(''), /holds no recordings: there is nothing to replay/u],
  ['of empty lines', () => fileOf('\n\n \n'), /holds no recordings/u],
  [
    'whose end is missing',
    () => fileOf(packed.subarray(0, packed.length / 2)),
    /is damaged, or not all of it is there \(Z_BUF_ERROR\)/u,
  ],
  [
    'that is damaged',
    () => fileOf(Buffer.concat([packed.subarray(0, 10), Buffer.alloc(40, 0xff)])),
    /is damaged, or not all of it is there \(Z_/u,
  ],
  ['with a line that is no JSON', () => fileOf(`${linesOf(good)}\n\n{"id":`), /\.jsonl:6 is no JSON/u],
  [
    'with a status that is none',
    () => fileOf(JSON.stringify({ ...first, response: { status: 42 } })),
    /response\.status is no status/u,
  ],
  [
    'of something else',
    () => fileOf('{"id":"x"}'),
    /\.jsonl:1 is no recording: id, api, url_path and response\.status are needed/u,
  ],
]
for (const [what, path, told] of unusable)
  test(`a file ${what} ends with 2 and a sentence`, async () => {
    const ended = await run('--recordings', path())
    assert.deepEqual([ended.code, ended.said], [2, ''])
    assert.match(ended.told, told)
  })

test('an option that is none, or no option at all, ends with 2', async () => {
  assert.equal((await run('--recording', 'x')).code, 2)
  const { code, told } = await run()
  assert.equal(code, 2)
  assert.match(told, /^Usage: npm run conformance/u)
  assert.equal((await run('--help')).code, 0)
})

const schemasOf = (...lines: readonly unknown[]): string => fileOf(lines.map((line) => JSON.stringify(line)).join('\n'))

test('schemas are counted by how far each vendor can be bound to them', async () => {
  const map = { type: 'object', additionalProperties: { type: 'string' } }
  const file = schemasOf({ schema: { type: 'object', properties: { a: { type: 'string' } } } }, { schema: map })
  const { code, said } = await run('--schemas', file)
  assert.equal(code, 0)
  assert.match(said, /^\| of 2 schemas .*\n.*\n\| OpenAI, both APIs \| 1 \| 0 \| 1 \| 0 \|/u)
  const { said: whole } = await run('--schemas', file, '--json')
  assert.match(
    whole,
    /^\{"schemas":2,"counts":\{"OpenAI, both APIs":\{"strict":1,"lossy":0,"hint":1,"unsupported":0\}/u,
  )
})

test('tables that are not what the code gives end with 1, those that are with 0', async () => {
  assert.deepEqual(await run('--check-docs'), { code: 0, said: '', told: '' })
  const { code, told } = await run('--check-docs', '--schemas', schemasOf({ schema: { type: 'object' } }))
  assert.equal(code, 1)
  assert.match(told, /--write-docs makes it so/u)
})

test('a file without schemas ends with 2 and a sentence', async () => {
  assert.match((await run('--schemas', schemasOf({ schema: {} }, {}))).told, /line 2: holds no schema$/u)
  assert.equal((await run('--schemas', join(folder, 'nowhere.jsonl'))).code, 2)
})
