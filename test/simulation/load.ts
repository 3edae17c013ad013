// The producers: requests with duplicates, re-deliveries, one content under several ids, keys, and what cannot be read.
import { bodyHash, contentHash, homePartition } from '@waybill/routing/hash'
import { plainRequest, says } from '@waybill/routing/hash/plain-request'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import { requests } from '@waybill/schemas/topics'
import type { Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Random } from './random.ts'
import type { Taste } from './taste.ts'

/** A record to append, and what the producer expects of it. */
export interface Arriving {
  readonly afterMs: number
  readonly send: Send
  /** tenant/id/hash; the hash is empty where the record cannot be read. */
  readonly ask: string
  /** What tells asks of one id and one key apart; of an unreadable record, the record itself. */
  readonly body: string
  readonly budgetMs: number
}

export const partitions = 2

/** What may differ between requests of one content; where everybody wants the same, nothing does. */
function variation(random: Random, { isHot }: Taste, number: number): Partial<Request> {
  const [isKeyed, isOther] = [random.chance(0.15), random.chance(0.2)]
  const key: Partial<Request> = { idempotency: 'key', idempotencyKey: `key-${random.below(2)}` }
  const tenant = isOther && !isHot ? 'umbrella' : 'acme'
  return { tenant, labels: { number: `${number}` }, ...(isKeyed && !isHot ? key : {}) }
}

function requestOf(random: Random, taste: Taste, number: number): Request {
  const content = random.below(taste.contents)
  const padding = taste.damaged > 0 && random.chance(0.1) ? 'y'.repeat(9_000) : ''
  return {
    ...plainRequest,
    ...variation(random, taste, number),
    id: `id-${taste.shortWindow || random.chance(0.9) ? number : random.below(number + 1)}`,
    messages: [says('user', `content-${content} ${padding}`)],
    taskClass: content % 2 === 0 ? 'chat' : 'code',
    latencyBudgetMs: random.chance(taste.smallBudgets) ? random.between(100, 3_000) : 30_000,
    maxOutputTokens: 100,
  }
}

function placed(random: Random, hash: string): number {
  return random.chance(0.85) ? homePartition(hash, partitions) : random.below(partitions)
}

function readable(random: Random, taste: Taste, codec: Codec, number: number): readonly Arriving[] {
  const request = requestOf(random, taste, number)
  const hash = contentHash(request)
  const value = codec.encode(requestRecord, request)
  const headers = { tenant: request.tenant, id: request.id }
  const ask = `${request.tenant}/${request.id}/${hash}`
  // Often several at once: they meet in one batch.
  const at = random.chance(0.4) ? (taste.faultsMs / 4) * random.below(4) : random.below(taste.faultsMs)
  const spread = taste.shortWindow ? 1_000 : random.pick([50, 5_000, 20_000])
  const times = random.chance(0.3) ? random.between(2, 3) : 1
  return Array.from({ length: times }, (_, index) => ({
    afterMs: at + (index === 0 ? 0 : random.below(spread)),
    send: { topic: requests.name, partition: placed(random, hash), records: [{ key: hash, value, headers }] },
    ask,
    body: bodyHash(request),
    budgetMs: request.latencyBudgetMs ?? 0,
  }))
}

function unreadable(random: Random, taste: Taste, number: number): Arriving {
  const headers = { tenant: 'acme', id: `bad-${number}` }
  const value = Buffer.from('no record')
  return {
    afterMs: random.below(taste.faultsMs),
    send: { topic: requests.name, partition: random.below(partitions), records: [{ key: 'bad', value, headers }] },
    ask: `acme/bad-${number}/`,
    body: '',
    budgetMs: 0,
  }
}

export function loadOf(random: Random, taste: Taste, codec: Codec): readonly Arriving[] {
  return Array.from({ length: taste.requests }, (_, number) =>
    taste.damaged > 0 && random.chance(0.1)
      ? [unreadable(random, taste, number)]
      : readable(random, taste, codec, number),
  ).flat()
}
