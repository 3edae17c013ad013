// Reads what a run has left behind: the topics from their start, and the simulator's ledger over HTTP.
import type { Topic } from '@waybill/schemas/topics'
import { costs, decisions, replies, requests } from '@waybill/schemas/topics'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Evidence, LedgerCall, Stamped } from './account.ts'

export async function readTopic<Value>(
  log: Log,
  codec: Codec,
  topic: Topic<Value>,
  partitions: number,
): Promise<readonly Stamped<Value>[]> {
  const found: Stamped<Value>[] = []
  for (let partition = 0; partition < partitions; partition++) {
    const { start, end } = await log.range(topic.name, partition)
    await log.read(topic.name, partition, { from: start, to: end }, async (records) => {
      for (const { value, timestamp } of records) {
        let decoded = codec.decode(topic.value, value)
        if (decoded.kind === 'unknownSchema' && (await codec.learn(decoded.id)))
          decoded = codec.decode(topic.value, value)
        if (decoded.kind === 'value') found.push({ value: decoded.value, timestamp })
      }
    })
  }
  return found
}

const page = 5_000

interface LedgerPage {
  readonly rows: readonly LedgerCall[]
  readonly after: number
  readonly more: boolean
}

async function ledgerOf(url: string): Promise<readonly LedgerCall[]> {
  const calls: LedgerCall[] = []
  for (let after = 0, more = true; more;) {
    const answer = await fetch(`${url}/ledger?after=${after}&limit=${page}`)
    const read: LedgerPage = JSON.parse(await answer.text())
    calls.push(...read.rows)
    after = read.after
    more = read.more
  }
  return calls
}

export interface Sources {
  readonly log: Log
  readonly codec: Codec
  readonly partitions: number
  readonly simulatorUrl: string
}

export async function gather({ log, codec, partitions, simulatorUrl }: Sources): Promise<Evidence> {
  return {
    requests: await readTopic(log, codec, requests, partitions),
    replies: await readTopic(log, codec, replies, partitions),
    decisions: await readTopic(log, codec, decisions, partitions),
    costs: await readTopic(log, codec, costs, partitions),
    ledger: await ledgerOf(simulatorUrl),
  }
}
