// The producers: requests with duplicates, re-deliveries, one content under several ids, keys, and what cannot be read.
import { bodyHash, contentHash, homePartition } from '@waybill/routing/hash'
import { plainRequest, says } from '@waybill/routing/hash/plain-request'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import { requests } from '@waybill/schemas/topics'
import type { Send } from '@waybill/runtime/log'
import type { Coverage, Happening } from './coverage.ts'
import { damagedValue } from './dead-letters.ts'
import type { Random } from './random.ts'
import type { Builds } from './simulated-registry.ts'
import { asNewer } from './simulated-registry.ts'
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
  /** What the request's metadata say. */
  readonly trace: string
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
    metadata: { trace: `${number}` },
  }
}

function placed(random: Random, hash: string): number {
  return random.chance(0.85) ? homePartition(hash, partitions) : random.below(partitions)
}

function readable(random: Random, taste: Taste, builds: Builds, number: number): readonly Arriving[] {
  const request = requestOf(random, taste, number)
  const hash = contentHash(request)
  const encoded = builds.codec.encode(requestRecord, request)
  const value = random.chance(taste.newer) ? asNewer(encoded, builds) : encoded
  const headers = { tenant: request.tenant, id: request.id }
  const ask = `${request.tenant}/${request.id}/${hash}`
  // Often several at once: they meet in one batch.
  const at = random.chance(0.4) ? (taste.faultsMs / 4) * random.below(4) : random.below(taste.faultsMs)
  const spread = taste.shortWindow ? 1_000 : random.pick([50, 5_000, 20_000])
  // Whoever naps may read a re-delivery when the window is over: that is a new request then.
  const times = taste.naps === 0 && random.chance(0.3) ? random.between(2, 3) : 1
  return Array.from({ length: times }, (_, index) => ({
    afterMs: at + (index === 0 ? 0 : random.below(spread)),
    send: { topic: requests.name, partition: placed(random, hash), records: [{ key: hash, value, headers }] },
    ask,
    body: bodyHash(request),
    budgetMs: request.latencyBudgetMs ?? 0,
    trace: `${number}`,
  }))
}

function unreadable(random: Random, taste: Taste, number: number): Arriving {
  const headers = { tenant: 'acme', id: `bad-${number}` }
  return {
    afterMs: random.below(taste.faultsMs),
    send: {
      topic: requests.name,
      partition: random.below(partitions),
      records: [{ key: 'bad', value: damagedValue, headers }],
    },
    ask: `acme/bad-${number}/`,
    body: '',
    budgetMs: 0,
    trace: '',
  }
}

/** What is special about requests, beside those that were sent before them. */
export function noteLoad(load: readonly Arriving[], coverage: Coverage): void {
  for (const { ask, send } of load) {
    const hash = ask.split('/')[2] ?? ''
    if (hash === '') coverage.count('request that cannot be read')
    else if (homePartition(hash, partitions) !== send.partition) coverage.count('request at another partition')
  }
  const earlier: Arriving[] = []
  for (const each of load) {
    const again = againIn(each, earlier)
    if (again !== undefined) coverage.count(again)
    earlier.push(each)
  }
}

function againIn({ ask, body }: Arriving, earlier: readonly Arriving[]): Happening | undefined {
  const [tenant, id, hash] = ask.split('/')
  const alike = earlier.filter((each) => each.ask.endsWith(`/${hash}`))
  if (alike.some((each) => each.ask === ask && each.body === body)) return 'request again'
  if (alike.some((each) => each.body === body)) return 'content again'
  if (alike.length > 0) return 'key with another body'
  return earlier.some((each) => each.ask.startsWith(`${tenant}/${id}/`)) ? 'id with another body' : undefined
}

export function loadOf(random: Random, taste: Taste, builds: Builds): readonly Arriving[] {
  return Array.from({ length: taste.requests }, (_, number) =>
    taste.damaged > 0 && random.chance(0.1)
      ? [unreadable(random, taste, number)]
      : readable(random, taste, builds, number),
  ).flat()
}
