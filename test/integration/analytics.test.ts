// Whoever has Avro and Kafka in Python comes to the totals that a report tells.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { gatherMoney } from '@waybill/cli/money/gather-money'
import type { Statement } from '@waybill/cli/money/statement'
import { statementOf } from '@waybill/cli/money/statement'
import type { Platform } from '@waybill/cli/platform/platform'
import { runCommand } from '@waybill/deploy/run-command'
import { onPlatform, settled } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'
import { findPython } from './python.ts'

/** What `waybill report --json` prints. */
async function reported(platform: Platform): Promise<Statement> {
  const { settings } = platform
  const reading = await platform.reader()
  try {
    const range = { from: 0, to: Infinity }
    return statementOf(await gatherMoney(reading, settings.partitions, range, catalogue), range, catalogue, Date.now())
  } finally {
    await reading.log.close()
  }
}

const spentBy = (lines: Statement['by']['tenant']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines.filter(({ spentPicoUsd }) => spentPicoUsd !== '0').map(({ name, spentPicoUsd }) => [name, spentPicoUsd]),
  )

/** The figures of a report that the example computes too. */
function comparable({ total, by, decisions }: Statement): unknown {
  const { calls, paid, free, unknown, duplicates, partsPicoUsd } = total
  const { spentPicoUsd, unknownAtMostPicoUsd, wouldHaveCostPicoUsd, savedAtMostPicoUsd, savedAtLeastPicoUsd } = total
  const { joined, replayed, redelivered } = partsPicoUsd
  return {
    decisions,
    calls,
    paid,
    free,
    unknown,
    duplicates,
    spentPicoUsd,
    unknownAtMostPicoUsd,
    wouldHaveCostPicoUsd,
    joinedPicoUsd: joined,
    replayedPicoUsd: replayed,
    redeliveredPicoUsd: redelivered,
    savedAtMostPicoUsd,
    savedAtLeastPicoUsd,
    spentByPicoUsd: { tenant: spentBy(by.tenant), model: spentBy(by.model) },
  }
}

test('a plain Avro consumer in Python comes to the totals of the report', { skip: noBroker }, async (t) => {
  const progress = (line: string): void => t.diagnostic(line)
  const python = await findPython(progress)
  if (python === undefined) {
    t.skip('SKIPPED, no Python with pip: docs/examples/totals.py is NOT tested.')
    return
  }
  await onPlatform({ replicas: 1, latencyScale: 0.1, progress }, async (platform) => {
    const { settings, stack, client, simulatorUrl = '' } = platform
    const fault = (path: string, body: unknown): void => {
      void fetch(`${simulatorUrl}/control/${path}`, { method: 'POST', body: JSON.stringify(body) })
    }
    await sendAll(client, exampleRequests(150), 60, (index) => {
      // Free costs, then unknown ones, beside those that are paid.
      if (index === 50 || index === 90) fault('providers/openai', { down: index === 50, as: '503' })
      if (index === 100) fault('faults', { fault: 'reset', count: 4 })
    })
    await settled(platform, progress)
    const { topicPrefix: prefix, schemaRegistryUrl: registry } = settings
    const example = join(import.meta.dirname, '../../docs/examples/totals.py')
    const order = ['--brokers', stack.kafkaBrokers.join(','), '--registry', registry, '--prefix', prefix]
    const { exitCode, output } = await runCommand(python, [example, ...order])
    assert.equal(exitCode, 0, output)
    const statement = await reported(platform)
    assert.deepEqual(JSON.parse(output), comparable(statement))
    const { duplicates, free, unknown } = statement.total
    assert.ok(duplicates > 0 && free > 0 && unknown > 0, 'there was something to compare')
  })
})
