import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { decisions } from '@waybill/schemas/topics'
import { givenDecision } from '../given.ts'
import { feedbackOf, tenantsOf } from './feedback.ts'

test('what is said is an acceptance, a score, or both', () => {
  assert.deepEqual(feedbackOf(['i', '--accepted', '--score', '0.9']).said, {
    id: 'i',
    source: 'cli',
    accepted: true,
    score: 0.9,
  })
  assert.equal(feedbackOf(['i', '--rejected', '--source', 'grader']).said.accepted, false)
  assert.equal(feedbackOf(['i', '--score', '0']).said.accepted, null)
})

test('what cannot be said is refused with one line', () => {
  const bad: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^Say which request/u],
    [['i'], /^accepted, score: one of them is needed\.$/u],
    [['i', '--score', '1.5'], /^score: is 1\.5; it must be from 0 to 1\.$/u],
    [['i', '--score', ''], /^score: is NaN/u],
    [['i', '--score', 'good'], /^score: is NaN/u],
    [['i', '--accepted', '--rejected'], /^Say either/u],
    [['i', 'j', '--accepted'], /one argument too many/u],
  ]
  for (const [given, problem] of bad) assert.throws(() => feedbackOf(given), { message: problem })
})

test('an id is looked for in the decisions, at one tenant or at all', async () => {
  const cluster = new MemoryCluster()
  cluster.createTopic(decisions.name, 2, decisions.maxMessageBytes)
  const registry = memoryRegistry()
  const codec = await openCodec(registry, new Map([['decisions-value', decisions.value]]))
  const log = new MemoryLog(cluster)
  for (const tenant of ['acme', 'globex']) {
    const value = codec.encode(decisions.value, givenDecision({ tenant, id: 'i' }))
    const headers = { tenant, id: 'i' }
    await log.append({ topic: decisions.name, partition: 1, records: [{ key: 'k', value, headers }] })
  }
  const reading = { log, codec }
  assert.deepEqual(await tenantsOf(reading, 'i', undefined), ['acme', 'globex'])
  assert.deepEqual(await tenantsOf(reading, 'i', 'globex'), ['globex'])
  assert.deepEqual(await tenantsOf(reading, 'j', undefined), [])
})
