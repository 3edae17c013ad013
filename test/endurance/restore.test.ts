// A state of a million entries is restored while its process stays a member of its group.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bench, partitions, saidSoMany } from '@waybill/runtime/conformance/counting-bench'
import { kafkaUnderTest } from '@waybill/runtime/kafka/under-test'
import { first } from '@waybill/runtime/task/counting'
import { noBroker, startTestBroker } from '../integration/kafka-broker.ts'

const count = 1_000_000
const atOnce = 5_000
/** Far less than the restore takes. */
const sessionTimeoutMs = 1_500

test('a million entries are restored without losing membership', { skip: noBroker }, async (t) => {
  const broker = await startTestBroker()
  after(() => broker.stop())
  let joined = 0
  const onMember = (): void => void joined++
  const cluster = kafkaUnderTest({ brokers: broker.brokers, sessionTimeoutMs, onMember })
  try {
    const run = await bench(cluster)
    const stage = run.stage()
    const log = await cluster.client()
    const { name: topic, value } = stage.changelog
    const positions = { next: { [run.name(first)]: 0 } }
    const entry = run.codec.encode(value, { positions: null, count: 1, dueAt: null })
    for (let from = 0; from < count; from += atOnce) {
      const records = Array.from({ length: atOnce }, (_, index) => ({ key: `key-${from + index}`, value: entry }))
      await log.append({ topic, partition: 0, records })
    }
    const last = run.codec.encode(value, { positions, count: 0, dueAt: null })
    await log.append({ topic, partition: 0, records: [{ key: 'positions', value: last }] })
    const service = await run.start(stage)
    await run.write(first, ['key-7', 'again'])
    assert.deepEqual(await saidSoMany(run, 1), ['again 2'])
    const restored = service.events.find(({ code, partition }) => code === 'restored' && partition === 0)
    assert.equal(restored?.count, count)
    t.diagnostic(`${count} entries in ${Math.round(restored?.tookMs ?? 0)} ms, with sessions of ${sessionTimeoutMs} ms`)
    assert.equal(
      service.events.filter(({ code }) => code === 'fenced').length,
      partitions,
      'each task was taken over once',
    )
    assert.equal(service.events.filter(({ code }) => code === 'dropped').length, 0)
    assert.equal(joined, 1, 'it was a member all the time')
    await service.stop()
  } finally {
    await cluster.close()
  }
})
