// Every fault, long enough to meet the rare moments. Each is a command as well: npm run integrity -- --fault NAME.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaultName } from '../integrity/faults.ts'
import { integrityRun } from '../integrity/run.ts'
import { noBroker } from '../integration/kafka-broker.ts'

interface Trial {
  readonly fault: FaultName
  readonly times: number
  readonly requests: number
  readonly rate: number
}

const trials: readonly (Trial & { readonly promise: string })[] = [
  { promise: '30 services killed', fault: 'kill', times: 30, requests: 10_000, rate: 60 },
  { promise: 'the broker killed 3 times', fault: 'broker', times: 3, requests: 900, rate: 30 },
  { promise: 'the broker stands still 3 times', fault: 'stall', times: 3, requests: 900, rate: 30 },
  { promise: '5 services that sleep longer than their sessions', fault: 'sleep', times: 5, requests: 1_800, rate: 30 },
  { promise: 'Redis killed, flushed and restored, 10 times', fault: 'redis', times: 10, requests: 1_300, rate: 30 },
  { promise: 'the registry killed twice', fault: 'registry', times: 2, requests: 600, rate: 30 },
]

for (const { promise, ...trial } of trials)
  test(`nothing lost, doubled or billed twice: ${promise}`, { skip: noBroker }, async (t) => {
    await kept(trial, (line) => {
      t.diagnostic(line)
    })
  })

test('a rolling restart leaves no outcome unknown', { skip: noBroker }, async (t) => {
  const costs = await kept({ fault: 'rolling', times: 1, requests: 900, rate: 30 }, (line) => {
    t.diagnostic(line)
  })
  assert.deepEqual(
    costs.filter(({ value }) => value.kind === 'unknown'),
    [],
  )
})

async function kept(
  trial: Trial,
  progress: (line: string) => void,
): Promise<Awaited<ReturnType<typeof integrityRun>>['evidence']['costs']> {
  const { account, rest, evidence, strikes } = await integrityRun({ ...trial, replicas: 2, seed: 7, progress })
  const { lost, doubled, doubleBilled, unaccounted, replies, requests } = account
  const { examples, ...counts } = rest
  const broken = Object.entries({ lost, doubled, doubleBilled, unaccounted, ...counts }).filter(
    ([, count]) => count > 0,
  )
  assert.deepEqual(broken, [], examples.join('; '))
  assert.equal(replies, requests)
  assert.equal(strikes.length, trial.times)
  return evidence.costs
}
