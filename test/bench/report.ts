// What a report reads and adds up: half decisions, half costs.
import { givenCost, givenDecision } from '@waybill/cli/given'
import { gatherMoney } from '@waybill/cli/money/gather-money'
import { addsUp, statementOf } from '@waybill/cli/money/statement'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Log, OutgoingRecord } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { costs, decisions } from '@waybill/schemas/topics'
import { onKafka } from './on-kafka.ts'

export interface ReportResult {
  readonly records: number
  /** From the first read to the statement, the topics being warm. */
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly residentMiB: number
}

const partitions = 4
const tenants = 20
const aBatch = 1_000
const hourMs = 3_600_000

/** Candidates as a decision of the product has them, not as few as a test needs. */
const { candidates: some } = givenDecision()
const candidates = Array.from({ length: 9 }, (_, index) => some[index % some.length]).filter((one) => one !== undefined)

async function write(log: Log, codec: Codec, pairs: number, progress: (line: string) => void): Promise<void> {
  const from = Date.now() - 24 * hourMs
  for (let first = 0; first < pairs; first += aBatch) {
    const partition = (first / aBatch) % partitions
    const [decided, costed]: [OutgoingRecord[], OutgoingRecord[]] = [[], []]
    for (let index = first; index < Math.min(pairs, first + aBatch); index++) {
      const claim = `requests/${partition}/${index}`
      const at = from + Math.floor((index / pairs) * 24 * hourMs)
      const same = { claim, tenant: `tenant-${index % tenants}`, id: `order-${index}`, at }
      const decision = givenDecision({ ...same, request: claim, candidates })
      decided.push({ key: claim, value: codec.encode(decisions.value, decision) })
      costed.push({ key: claim, value: codec.encode(costs.value, givenCost(same)) })
    }
    await log.append({ topic: decisions.name, partition, records: decided })
    await log.append({ topic: costs.name, partition, records: costed })
    if (first % 100_000 === 0) progress(`${2 * first} of ${2 * pairs} records written`)
  }
}

export const benchReport = (records: number, progress: (line: string) => void): Promise<ReportResult> =>
  onKafka(partitions, progress, async ({ log, codec }) => {
    const pairs = Math.floor(records / 2)
    await write(log, codec, pairs, progress)
    const start = performance.now()
    const range = { from: 0, to: Date.now() }
    const statement = statementOf(
      await gatherMoney({ log, codec }, partitions, range, catalogue),
      range,
      catalogue,
      Date.now(),
    )
    const seconds = (performance.now() - start) / 1_000
    if (!addsUp(statement.total) || statement.total.calls !== pairs)
      throw new Error(`The report tells of ${statement.total.calls} calls, and there are ${pairs}.`)
    return {
      records: 2 * pairs,
      seconds: Math.round(seconds * 10) / 10,
      recordsPerSecond: Math.round((2 * pairs) / seconds),
      residentMiB: Math.round(process.memoryUsage.rss() / 1_048_576),
    }
  })
