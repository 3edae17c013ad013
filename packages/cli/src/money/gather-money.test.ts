import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { costs, decisions, topics } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { givenCost, givenDecision, start } from '../given.ts'
import { readPolicy } from '../policy/policy-file.ts'
import { replayDecisions } from './backtest.ts'
import { gatherMoney } from './gather-money.ts'

/** Two partitions: in each a request and the two that joined it; the call of the second was made before the range. */
async function given(): Promise<Reading> {
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, 2, maxMessageBytes)
  const registry = memoryRegistry()
  const writer = await openCodec(registry, new Map(topics().map(({ name, value }) => [`${name}-value`, value])))
  const log = new MemoryLog(cluster)
  for (const partition of [0, 1]) {
    const claim = `requests/${partition}/0`
    const told = (['routed', 'joined', 'replayed'] as const).map((kind) => givenDecision({ claim, kind }))
    const cost = givenCost({ claim, at: partition === 0 ? start : start - 1_000 })
    await log.append({
      topic: decisions.name,
      partition,
      records: told.map((value) => ({ key: claim, value: writer.encode(decisions.value, value) })),
    })
    const records = [{ key: claim, value: writer.encode(costs.value, cost) }]
    await log.append({ topic: costs.name, partition, records })
  }
  return { log, codec: await openCodec(registry, new Map()) }
}

test('duplicates are priced by the call that answered them, wherever the range begins', async () => {
  const { ledger, tally } = await gatherMoney(await given(), 2, { from: start, to: Infinity }, catalogue)
  const { calls, duplicates, parts, spent } = ledger.total
  assert.deepEqual([tally.decisions, tally.unpriced, calls, duplicates], [6, 0, 1, 4])
  assert.equal(spent.picoUsd, 165_000_000n)
  assert.equal(parts.joined.picoUsd, 330_000_000n)
})

test('a backtest learns outcomes from the costs of the decisions that it has read', async () => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  const backtest = new Backtest(checked.policy, catalogue)
  await replayDecisions(await given(), 2, { from: 0, to: Infinity }, backtest)
  const { decisions: read, notDecided, leftOut } = backtest.result()
  assert.deepEqual([read, notDecided, leftOut], [6, 4, 2])
})
