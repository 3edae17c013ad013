import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { globalVerdict, layerOf, layers, may, verdict } from './layers.js'

const routing = 'packages/routing/src/decide.ts'
const hash = 'packages/routing/src/hash.ts'
const answer = 'packages/providers/src/openai/answer.ts'
const kafka = 'packages/runtime/src/kafka/publish.ts'
const redis = 'packages/runtime/src/redis/ping.ts'
const log = 'packages/runtime/src/observability/log.ts'
const client = 'packages/client/src/send.ts'
const cli = 'packages/cli/src/main.ts'
const reducer = 'services/router/src/reducer.ts'
const wiring = 'services/router/src/service.ts'
const main = 'services/router/src/main.ts'
const call = 'services/worker/src/call.ts'
const simulator = 'services/simulator/src/service.ts'
const flow = 'test/flow/one-decision-per-request.test.ts'

const refused = [
  ['schemas/src/topic.ts', '@waybill/runtime/step', 'schemas may not import runtime'],
  ['schemas/src/topic.ts', 'node:fs', 'schemas may not import node:fs'],
  [routing, 'node:http', 'routing may not import node:http'],
  [routing, 'node:crypto', 'routing may not import node:crypto'],
  [routing, 'canonicalize', 'canonicalize may be imported only in packages/routing/src/'],
  [routing, '@waybill/providers/openai/answer', 'routing may not import providers'],
  [routing, '@waybill/runtime/step', 'routing may not import runtime'],
  [hash, './decide.ts', 'routing/hash may not import routing'],
  [hash, 'node:crypto', 'routing/hash may not import node:crypto'],
  [answer, '@waybill/routing/decide', 'providers may not import routing'],
  [answer, 'openai', 'openai may be imported only in services/worker'],
  [kafka, '@waybill/router/service', 'runtime/kafka may not import service/wiring'],
  [kafka, '@waybill/routing/hash', 'runtime/kafka may not import routing/hash'],
  [log, '@waybill/client/send', 'runtime may not import client'],
  [log, 'kafkajs', 'kafkajs may be imported only in packages/runtime/src/kafka'],
  [kafka, 'ioredis', 'ioredis may be imported only in packages/runtime/src/redis'],
  [redis, 'avsc', 'avsc may be imported only in packages/runtime/src/registry'],
  [redis, '../kafka/publish.ts', 'runtime/drivers may not import runtime/kafka'],
  [kafka, 'left-pad', 'left-pad has no home'],
  [client, '@waybill/routing/decide', 'client may not import routing'],
  [client, '@waybill/router/service', 'client may not import service/wiring'],
  ['schemas/generate/main.ts', '@waybill/runtime/step', 'schemas/generate may not import runtime'],
  [client, 'kafkajs', 'kafkajs may be imported only in'],
  [cli, '@waybill/router/reducer', 'cli may not import service/reducer'],
  [cli, 'pino', 'pino may be imported only in packages/runtime/src/observability'],
  [simulator, '@waybill/providers/openai/answer', 'simulator may not import providers'],
  [simulator, '@waybill/runtime/config', 'simulator may not import runtime'],
  [reducer, 'node:crypto', 'service/reducer may not import node:crypto'],
  [reducer, './service.ts', 'service/reducer may not import service/wiring'],
  [reducer, '@waybill/runtime/step', 'service/reducer may not import runtime'],
  ['services/router/src/reducer/claim.ts', '../call.ts', 'service/reducer may not import service'],
  [wiring, '@waybill/simulator/service', 'services/simulator is another service: share a topic, not code'],
  [wiring, '../../simulator/src/service.ts', 'import services/simulator by its name'],
  [wiring, '@waybill/client/send', 'service/wiring may not import client'],
  [wiring, '@waybill/cli/demo', 'service/wiring may not import cli'],
  [wiring, 'kafkajs', 'kafkajs may be imported only in'],
  [main, './reducer.ts', 'service/main may not import service/reducer'],
  [main, '@waybill/runtime/kafka/publish', 'service/main may not import runtime/kafka'],
  [call, '@waybill/runtime/redis/ping', 'service may not import runtime/drivers'],
  [call, 'node:http', 'service may not import node:http'],
  ['deploy/bin/run.js', '@waybill/runtime/config', 'deploy may not import runtime'],
  ['docs/send.ts', '@waybill/runtime/config', 'docs may not import runtime'],
  [flow, 'kafkajs', 'kafkajs may be imported only in'],
  ['services/normaliser/src/reducer.ts', '@cfworker/json-schema', 'may be imported only in packages/providers'],
  ['services/router/src/reducer.test.ts', '@waybill/simulator/service', 'is another service'],
  ['services/router/src/reducer.test.ts', 'ioredis', 'ioredis may be imported only in'],
  ['packages/x/src/x.ts', './y.ts', 'no layer covers packages/x/src/x.ts'],
] as const

const allowed = [
  ['schemas/src/topics.ts', './topic.ts'],
  ['schemas/generate/main.ts', 'node:fs'],
  ['test/integration/bare-producer.test.ts', 'kafkajs'],
  [routing, './hash.ts'],
  [routing, '@waybill/schemas/topics'],
  [hash, 'canonicalize'],
  [answer, './usage.ts'],
  [kafka, 'kafkajs'],
  [kafka, '../step.ts'],
  [redis, 'ioredis'],
  [redis, 'node:net'],
  [log, 'pino'],
  [client, '@waybill/routing/hash'],
  [client, '@waybill/runtime/kafka/publish'],
  [cli, '@waybill/router/service'],
  [cli, '@waybill/simulator/service'],
  [cli, 'node:util'],
  [reducer, '@waybill/routing/decide'],
  [reducer, './reducer/claim.ts'],
  [wiring, './reducer.ts'],
  [wiring, '@waybill/runtime/memory/publish'],
  [main, './service.ts'],
  [main, '@waybill/runtime/config'],
  [call, '@anthropic-ai/sdk'],
  [call, '@waybill/providers/anthropic/request'],
  [simulator, 'node:http'],
  ['deploy/bin/run.js', 'node:fs'],
  ['docs/send.ts', '@waybill/client/send'],
  [flow, '@waybill/router/reducer'],
  ['services/router/src/reducer.test.ts', './service.ts'],
  ['packages/routing/src/hash.test.ts', 'node:test'],
  ['packages/routing/src/hash.test.ts', 'fast-check'],
] as const

test('what may not be imported is refused', () => {
  for (const [file, specifier, reason] of refused) {
    const message = verdict(file, specifier) ?? 'allowed'
    assert.ok(message.includes(reason), `${file} → ${specifier}: ${message}`)
  }
})

test('what may be imported is not', () => {
  for (const [file, specifier] of allowed) assert.equal(verdict(file, specifier), undefined, `${file} → ${specifier}`)
})

test('both lists have every layer', () => {
  for (const list of [refused, allowed]) {
    const found = new Set(list.map(([file]) => layerOf(file)))
    assert.deepEqual(
      layers.map(([layer]) => layer).filter((layer) => !found.has(layer)),
      [],
    )
  }
})

test('a part may be imported where the whole may not', () => {
  assert.equal(verdict(reducer, '@waybill/runtime/step', ['types']), undefined)
  assert.equal(verdict(hash, 'node:crypto', ['hash']), undefined)
  assert.ok(verdict(hash, 'node:crypto', ['hash', 'randomUUID'])?.includes('may not import node:crypto'))
  assert.ok(verdict(hash, 'node:crypto', [])?.includes('may not import node:crypto'))
})

test('a pure layer has no clock, no randomness and no I/O', () => {
  for (const [name, member] of [
    ['Date', 'now'],
    ['Date', ''],
    ['Math', 'random'],
    ['process', 'env'],
    ['fetch', ''],
    ['Temporal', 'Now'],
  ] as const) {
    assert.match(globalVerdict(reducer, name, member) ?? 'allowed', /is pure and may not use/u)
    assert.equal(globalVerdict(main, name, member), undefined)
    assert.equal(globalVerdict('services/router/src/reducer.test.ts', name, member), undefined)
  }
  for (const [name, member] of [
    ['Date', 'parse'],
    ['Math', 'max'],
    ['Map', ''],
  ] as const)
    assert.equal(globalVerdict(reducer, name, member), undefined)
})

test('docs/layers.md says the same', () => {
  const page = readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8')
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('| `')),
    layers.map(([layer, glob]) => `| \`${layer}\` | \`${glob}\` | ${may[layer].join(', ') || 'nothing'} |`),
  )
})
