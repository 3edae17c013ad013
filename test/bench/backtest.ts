// What a backtest decides again, over a log in memory: reading and decoding both topics, deciding, and adding up.
import { join } from 'node:path'
import { givenCost, givenDecision, start } from '@waybill/cli/given'
import { replayDecisions } from '@waybill/cli/money/backtest'
import { readPolicy } from '@waybill/cli/policy/policy-file'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Policy } from '@waybill/routing/policy/policy'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import type { OutgoingRecord } from '@waybill/runtime/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { costs, decisions, topics } from '@waybill/schemas/topics'
import type { Decision } from '@waybill/schemas/generated/decision'

export interface BacktestBench {
  readonly decisions: number
  /** With reading, decoding and the costs. */
  readonly seconds: number
  readonly decisionsPerSecond: number
  /** Processor time of it all: what a machine that others use does not change much. */
  readonly cpuUsADecision: number
  /** Deciding alone. */
  readonly decidingPerSecond: number
}

const cheaper = join(import.meta.dirname, '../../deploy/policies/cheaper.yaml')
const partitions = 4
const aBatch = 250
const classes = ['classification', 'extraction', 'summary', 'chat']
/** A number that repeats late, so that what is decided differs from record to record. */
const spread = (index: number, below: number): number => (index * 7_919) % below

/** All targets of a policy as a router looks at them, at prices that differ from record to record. */
function candidatesOf({ tiers }: Policy, index: number): Decision['candidates'] {
  const [known] = givenDecision().candidates
  if (known === undefined) throw new Error('A decision has no candidate.')
  return [...tiers.values()].flat().map((target, place) => ({
    ...known,
    target,
    rank: place + 1,
    p95Ms: 500 + spread(index + place, 4_000),
    expectedPicoUsd: 100_000_000 + spread(index + 31 * place, 900_000_000),
  }))
}

/** One deployment's policy, on whose log another is tried. */
function given(path: string): Policy {
  const checked = readPolicy(path)
  if ('problems' in checked) throw new Error(`${checked.path} is no policy.`)
  return checked.policy
}

export async function benchBacktest(count: number, progress: (line: string) => void): Promise<BacktestBench> {
  const own = given('')
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, partitions, maxMessageBytes)
  const registry = memoryRegistry()
  const codec = await openCodec(registry, new Map(topics().map(({ name, value }) => [`${name}-value`, value])))
  const log = new MemoryLog(cluster)
  for (let first = 0; first < count; first += aBatch) {
    const partition = (first / aBatch) % partitions
    const [decided, costed]: [OutgoingRecord[], OutgoingRecord[]] = [[], []]
    for (let index = first; index < Math.min(count, first + aBatch); index++) {
      const claim = `requests/${partition}/${index}`
      const candidates = candidatesOf(own, index)
      const target = candidates[spread(index, candidates.length)]?.target ?? null
      const taskClass = classes[index % classes.length] ?? ''
      const decision = givenDecision({ claim, request: claim, at: start + index, taskClass, target, candidates })
      decided.push({ key: claim, value: codec.encode(decisions.value, decision) })
      costed.push({ key: claim, value: codec.encode(costs.value, givenCost({ claim, taskClass })) })
    }
    await log.append({ topic: decisions.name, partition, records: decided })
    await log.append({ topic: costs.name, partition, records: costed })
  }
  progress(`${count} decisions of ${candidatesOf(own, 0).length} candidates each, and their costs, are written`)
  const backtest = new Backtest(given(cheaper), catalogue)
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()]
  const { seconds: deciding } = await replayDecisions({ log, codec }, partitions, { from: 0, to: Infinity }, backtest)
  const seconds = (performance.now() - from) / 1_000
  const { user, system } = process.cpuUsage(cpuFrom)
  const { decisions: read, move } = backtest.result()
  if (read !== count || move === 0) throw new Error(`${read} of ${count} were decided again, and ${move} would move.`)
  return {
    decisions: count,
    seconds: Math.round(seconds * 10) / 10,
    decisionsPerSecond: Math.round(count / seconds),
    cpuUsADecision: Math.round((user + system) / count),
    decidingPerSecond: Math.round(count / deciding),
  }
}
