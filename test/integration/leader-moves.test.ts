// Two brokers, of which one dies and comes back: partitions and coordinators move to the other one and home again.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import kafkajs from 'kafkajs'
import { startBroker } from '@waybill/deploy/broker'
import type { BrokerOptions } from '@waybill/deploy/broker'
import { installKafka } from '@waybill/deploy/install'
import { findJava } from '@waybill/deploy/java'
import { choosePort } from '@waybill/deploy/ports'
import type { StackProcess } from '@waybill/deploy/supervised'
import { bench, saidSoMany } from '@waybill/runtime/conformance/counting-bench'
import type { Bench } from '@waybill/runtime/conformance/counting-bench'
import { kafkaUnderTest } from '@waybill/runtime/kafka/under-test'
import { first } from '@waybill/runtime/task/counting'
import { cache, noBroker } from './kafka-broker.ts'

interface Cluster {
  readonly brokers: readonly string[]
  /** Has no say in what the cluster decides, so that it can be killed. */
  readonly second: StackProcess
  stop(): Promise<void>
}

/** Of which broker 2 holds a copy. */
const shared = {
  'offsets.topic.replication.factor': 2,
  'transaction.state.log.replication.factor': 2,
  'default.replication.factor': 2,
  // Partitions go home as soon as their first broker is back.
  'leader.imbalance.check.interval.seconds': 1,
  'leader.imbalance.per.broker.percentage': 0,
}

async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cluster-'))
  const java = await findJava(undefined)
  const jars = await installKafka(cache, java, console.error)
  const port = await choosePort(0)
  const controllerPort = await choosePort(port + 1)
  const secondPort = await choosePort(controllerPort + 1)
  const start = (name: string, at: number, properties: BrokerOptions['properties']): Promise<StackProcess> =>
    startBroker({
      java,
      jars,
      folder: join(folder, name),
      pidFile: join(folder, `${name}.json`),
      port: at,
      controllerPort,
      profile: 'test',
      properties: { ...shared, ...properties },
      flags: () => [],
    })
  const one = await start('first', port, {})
  mkdirSync(join(folder, 'second', 'data'), { recursive: true })
  const identity = 'version=1\nnode.id=2\ncluster.id=AAAAAAAAQACAAAAAAAAAAQ\ndirectory.id=AAAAAAAAQACAAAAAAAAAAg\n'
  writeFileSync(join(folder, 'second', 'data', 'meta.properties'), identity)
  const second = await start('second', secondPort, {
    'process.roles': 'broker',
    'node.id': 2,
    listeners: `PLAINTEXT://127.0.0.1:${secondPort}`,
  })
  return {
    brokers: [`127.0.0.1:${port}`, `127.0.0.1:${secondPort}`],
    second,
    async stop() {
      await second.stop()
      await one.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const perPhase = 60

/** Notes to the first partition, one after the other, until so many more have been said. */
async function more(run: Bench, from: number): Promise<number> {
  for (let index = 0; index < perPhase; index++) await run.write(first, ['a', 'one'])
  await saidSoMany(run, from + perPhase)
  return from + perPhase
}

/** The brokers that lead partitions of the topics of a run. */
async function leadersOf(brokers: readonly string[], run: Bench): Promise<readonly number[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { topics } = await admin.fetchTopicMetadata()
    const mine = topics.filter(({ name }) => name.endsWith(run.name(first)))
    return [...new Set(mine.flatMap(({ partitions }) => partitions.map(({ leader }) => leader)))].toSorted(
      (a, b) => a - b,
    )
  } finally {
    await admin.disconnect()
  }
}

async function untilLed(brokers: readonly string[], run: Bench, by: readonly number[]): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200)))
    if ((await leadersOf(brokers, run).catch(() => [])).join() === by.join()) return
  assert.fail(`never led by ${by.join()}`)
}

describe('two brokers', { skip: noBroker }, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
  })
  after(() => cluster.stop())

  test('partitions move to another leader and home again, and nothing is lost or doubled', async () => {
    const { brokers, second } = cluster
    const underTest = kafkaUnderTest({ brokers }, 2)
    const run = await bench(underTest)
    const service = await run.start(run.stage())
    let said = await more(run, 0)
    await untilLed(brokers, run, [1, 2])
    await second.kill9()
    await untilLed(brokers, run, [1])
    said = await more(run, said)
    await second.start()
    await untilLed(brokers, run, [1, 2])
    said = await more(run, said)
    assert.deepEqual(
      await run.said(),
      Array.from({ length: said }, (_, index) => `one ${index + 1}`),
    )
    await service.stop()
    await underTest.close()
  })
})
