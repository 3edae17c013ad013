// Whoever has Avro and Kafka in Python comes to the totals that a report tells.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import type { Statement } from '@waybill/cli/money/statement'
import type { Platform } from '@waybill/cli/platform/platform'
import { runCommand } from '@waybill/deploy/run-command'
import { onPlatform, settled } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'
import { findPython } from './python.ts'

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts')

/** Runs a command as a person would who has this deployment in the environment. */
function waybill({ addresses }: Platform, ...order: readonly string[]): ReturnType<typeof runCommand> {
  const environment = Object.entries(addresses).map(([name, value]) => `${name}=${value}`)
  return runCommand('env', [...environment, process.execPath, main, ...order])
}

async function reported(platform: Platform): Promise<Statement> {
  const { exitCode, output } = await waybill(platform, 'report', '--json')
  assert.equal(exitCode, 0, output)
  const statement: Statement = JSON.parse(output.split('\n')[0] ?? '')
  return statement
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

/** The figures that anybody can compute from the topics. */
async function equalsPython(t: TestContext, platform: Platform): Promise<void> {
  const python = await findPython((line) => t.diagnostic(line))
  if (python === undefined) {
    t.skip('SKIPPED, no Python with pip: docs/examples/totals.py is NOT tested.')
    return
  }
  const { settings, stack } = platform
  const { topicPrefix: prefix, schemaRegistryUrl: registry } = settings
  const example = join(import.meta.dirname, '../../docs/examples/totals.py')
  const order = ['--brokers', stack.kafkaBrokers.join(','), '--registry', registry, '--prefix', prefix]
  const { exitCode, output } = await runCommand(python, [example, ...order])
  assert.equal(exitCode, 0, output)
  const statement = await reported(platform)
  assert.deepEqual(JSON.parse(output), comparable(statement))
  const { duplicates, free, unknown } = statement.total
  assert.ok(duplicates > 0 && free > 0 && unknown > 0, 'there was something to compare')
}

async function hearsFeedback(platform: Platform): Promise<void> {
  assert.match((await reported(platform)).quality, /^unknown/u)
  const ok = await waybill(platform, 'feedback', 'demo-00000', '--accepted', '--score', '0.9', '--json')
  assert.equal(ok.exitCode, 0, ok.output)
  const unknown = await waybill(platform, 'feedback', 'nobody', '--rejected')
  assert.deepEqual([unknown.exitCode, unknown.output.split('\n').length], [1, 2], 'one line')
  assert.match(unknown.output, /^No decision names a request "nobody": nothing was written\./u)
  const absurd = await waybill(platform, 'feedback', 'demo-00000', '--score', '3')
  assert.equal(absurd.exitCode, 2)
  assert.match(absurd.output, /^score: is 3; it must be from 0 to 1\.\n/u)
  const { models, notes } = await reported(platform)
  assert.deepEqual(
    models.map(({ words, accepted, score }) => [words, accepted?.mean, score?.mean]),
    [[1, 1, 0.9]],
  )
  assert.deepEqual(notes, [])
}

test('what the topics of money hold is for everybody', { skip: noBroker }, async (t) => {
  const progress = (line: string): void => t.diagnostic(line)
  await onPlatform({ replicas: 1, latencyScale: 0.1, progress }, async (platform) => {
    const { client, simulatorUrl = '' } = platform
    const fault = (path: string, body: unknown): void => {
      void fetch(`${simulatorUrl}/control/${path}`, { method: 'POST', body: JSON.stringify(body) })
    }
    await sendAll(client, exampleRequests(150), 60, (index) => {
      // Free costs, then unknown ones, beside those that are paid.
      if (index === 50 || index === 90) fault('providers/openai', { down: index === 50, as: '503' })
      if (index === 100) fault('faults', { fault: 'reset', count: 4 })
    })
    await settled(platform, progress)
    await t.test('a plain Avro consumer in Python comes to the totals of the report', (part) =>
      equalsPython(part, platform),
    )
    await t.test('a word on an answer is in the next report, and a wrong one has one line', () =>
      hearsFeedback(platform),
    )
  })
})
