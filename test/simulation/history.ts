// What the log has come to hold, and the invariants that must hold after every transaction.
import type { Ask } from '@waybill/schemas/generated/ask'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import type { Marker } from '@waybill/schemas/generated/marker'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Spend } from '@waybill/schemas/generated/spend'
import type { Topic } from '@waybill/schemas/topics'
import {
  costs,
  normaliserChangelog,
  replies,
  responses,
  routerChangelog,
  spend,
  statsChangelog,
  topics,
  workerChangelog,
} from '@waybill/schemas/topics'
import type { Appended, OutgoingRecord, Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { Carriers } from './carriers.ts'
import type { Coverage } from './coverage.ts'
import { States } from './states.ts'

export const served = ['openai', 'anthropic'] as const

/** The group that each changelog is of. */
export const changelogs: ReadonlyMap<string, string> = new Map([
  [routerChangelog.name, 'router'],
  [normaliserChangelog.name, 'normaliser'],
  [statsChangelog.name, 'stats'],
  ...served.map((provider) => [workerChangelog(provider).name, `worker.${provider}`] as const),
])
const anyWorkerChangelog = workerChangelog('openai')
const carrying = new Set(
  topics(served)
    .map(({ name }) => name)
    .filter((name) => /^provider\.\w+\.requests$/u.test(name) || name === 'provider.results' || name === 'responses'),
)

/** One life of a hash: from its first claim until the window has passed. */
export interface Life {
  readonly number: number
  readonly claims: Set<string>
  /** Claims that were given up while their chain still ran, or whose answer was damaged on its way. */
  readonly lost: Set<string>
}

interface HashState {
  claim: Claim | null
  life: Life
}

export interface Attempted {
  readonly attempt: string
  readonly hash: string
  readonly claim: string
  readonly isFlagged: boolean
  readonly mode: string
  readonly by: string
  /** Of its marker, epoch milliseconds. */
  readonly endBy: number
}

export interface HistoryOptions {
  readonly codec: Codec
  readonly now: () => number
  /** How far apart two clocks may be. */
  readonly skewMs: number
  readonly coverage: Coverage
  readonly violated: (what: string) => void
}

const inFlight = (current: Claim | null | undefined, claim: string): boolean =>
  current?.phase === 'inFlight' && current.claim === claim

/** Of a claim that was answered: it stands for something else, though its window has not passed. */
const hasLost = (claim: Claim | null): boolean =>
  claim !== null && claim.phase !== 'answered' && claim.why !== 'expired'

/** Follows every transaction at the moment it is committed. */
export class History {
  readonly carriers = new Carriers()
  readonly hashes = new Map<string, HashState>()
  readonly #hashOfClaim = new Map<string, string>()
  /** By attempt. */
  readonly attempts = new Map<string, Attempted>()
  readonly costs = new Map<string, Cost[]>()
  readonly replies = new Map<string, Reply[]>()
  /** What was said last, by key. */
  readonly spends = new Map<string, Spend>()
  /** Keys of asks that wait. */
  readonly waiting = new Set<string>()
  readonly asks = new Set<string>()
  /** Attempts that workers know to be settled. */
  readonly notes = new Set<string>()
  /** Claims whose orders a person has copied: what carries them says nothing any more. */
  readonly copied = new Set<string>()
  readonly states = new States()
  /** By partition: responses before this are gone. */
  readonly #deletedBefore = new Map<number, number>()
  readonly #options: HistoryOptions
  #lives = 0

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  responsesDeleted(partition: number, before: number): void {
    this.#deletedBefore.set(partition, before)
  }

  lifeOf(hash: string, claim: string): Life | undefined {
    const life = this.hashes.get(hash)?.life
    return life?.claims.has(claim) === true ? life : this.#former.get(claim)
  }
  readonly #former = new Map<string, Life>()

  get claimsInFlight(): readonly string[] {
    return [...this.hashes].flatMap(([hash, { claim }]) =>
      claim?.phase === 'inFlight' ? [`${hash.slice(0, 8)} ${claim.claim}`] : [],
    )
  }

  /** A response could not be read: what its answer has cost is known, and yet it brings nothing. */
  deadLetter({ topic, headers }: DeadLetter): void {
    if (topic === responses.name) this.#damaged.add(Buffer.from(headers['claim'] ?? []).toString())
  }
  readonly #damaged = new Set<string>()

  written(sends: readonly Send[], appended: readonly Appended[]): void {
    const touched = new Set<string>()
    const left = new Map<string, Claim>()
    for (const [index, send] of sends.entries()) {
      const landed = appended[index]
      if (landed === undefined) continue
      if (carrying.has(send.topic)) this.carriers.append(send, landed, touched)
      const group = changelogs.get(send.topic)
      for (const record of send.records) {
        if (group !== undefined) this.#changed(group, send, record, touched, left)
        else this.#published(send.topic, record)
      }
    }
    for (const claim of touched) this.#checkToken(claim, left)
  }

  #decode<Value>(topic: Topic<Value>, bytes: Buffer | null): Value | null {
    const decoded = this.#options.codec.decode(topic.value, bytes)
    return decoded.kind === 'value' ? decoded.value : null
  }

  #published(topic: string, { value, key }: OutgoingRecord): void {
    if (topic === costs.name) {
      const cost = this.#decode<Cost>(costs, value)
      if (cost === null) return
      const attempt = `${cost.claim}.${cost.attempt}`
      this.costs.set(attempt, [...(this.costs.get(attempt) ?? []), cost])
    } else if (topic === spend.name) {
      const said = this.#decode<Spend>(spend, value)
      if (said !== null) this.spends.set(String(key), said)
    } else if (topic === replies.name) {
      const reply = this.#decode<Reply>(replies, value)
      if (reply === null) return
      this.#checkAnswer(reply)
      const ask = `${String(key)}/${reply.hash ?? ''}`
      this.replies.set(ask, [...(this.replies.get(ask) ?? []), reply])
    }
  }

  #changed(group: string, send: Send, record: OutgoingRecord, touched: Set<string>, left: Map<string, Claim>): void {
    const key = String(record.key)
    if (key !== 'positions') this.states.changed(group, send.partition, key, record.value)
    // The statistics read along: nothing waits for them.
    if (group === 'stats') return
    if (key === 'positions') this.#moved(group, send, record, touched)
    else if (group === 'router') this.#routerChanged(key, record.value, touched, left)
    else this.#markerChanged(`${group}/${key}`, record.value, touched)
  }

  #moved(group: string, { topic, partition }: Send, { value }: OutgoingRecord, touched: Set<string>): void {
    const next = this.#positionsIn(topic, value)
    if (next === undefined) this.#options.violated(`the positions in ${topic}/${partition} cannot be read`)
    for (const [input, offset] of Object.entries(next ?? {})) {
      this.states.moved(group, partition, input, offset)
      if (carrying.has(input)) this.carriers.consume(input, partition, offset, touched)
    }
  }

  #positionsIn(topic: string, value: Buffer | null): Readonly<Record<string, number>> | undefined {
    if (topic === routerChangelog.name) return this.#decode(routerChangelog, value)?.positions?.next
    if (topic === normaliserChangelog.name) return this.#decode(normaliserChangelog, value)?.positions?.next
    return this.#decode(anyWorkerChangelog, value)?.positions?.next
  }

  #markerChanged(key: string, value: Buffer | null, touched: Set<string>): void {
    const before = this.carriers.remove(key)
    if (before !== undefined) touched.add(before)
    if (value === null) this.notes.delete(key)
    const marker: Marker | null | undefined = this.#decode(anyWorkerChangelog, value)?.marker
    if (!marker) {
      if (value !== null) this.notes.add(key)
      return
    }
    const { claim, hash, flagged, mode, attempt } = marker.dispatch
    this.carriers.add(key, claim)
    touched.add(claim)
    const name = `${claim}.${attempt}`
    this.attempts.set(name, {
      attempt: name,
      hash,
      claim,
      isFlagged: flagged,
      mode,
      by: marker.by,
      endBy: marker.endBy,
    })
  }

  #routerChanged(key: string, value: Buffer | null, touched: Set<string>, left: Map<string, Claim>): void {
    const state = value === null ? null : this.#decode(routerChangelog, value)
    if (key.startsWith('ask/')) this.#askChanged(key, state?.ask ?? null)
    else this.#claimChanged(key.split('/')[1] ?? '', state?.claim ?? null, touched, left)
  }

  #askChanged(key: string, ask: Ask | null): void {
    if (ask === null) this.asks.delete(key)
    else this.asks.add(key)
    if (ask?.replied === false) this.waiting.add(key)
    else this.waiting.delete(key)
  }

  /** What is told again is what the chain that stands for the hash has brought, and nothing older. */
  #checkAnswer({ tenant, id, hash, answer, claim }: Reply): void {
    const current = this.hashes.get(hash ?? '')?.claim?.claim
    if (answer !== null && claim !== current)
      this.#options.violated(`Answer: ${tenant}/${id} was told that of ${claim}, and its hash stands by ${current}`)
  }

  #claimChanged(hash: string, claim: Claim | null, touched: Set<string>, left: Map<string, Claim>): void {
    const before = this.hashes.get(hash)?.claim ?? null
    if (before?.phase === 'inFlight') left.set(before.claim, before)
    if (before?.phase === 'answered' && hasLost(claim)) this.#lost(hash, before)
    if (before !== null) touched.add(before.claim)
    this.#setClaim(hash, claim, touched)
  }

  /** An answer may be lost only where its record is gone. */
  #lost(hash: string, { claim, where }: Claim): void {
    const [, partition, offset] = (where ?? '').split('/').map(Number)
    if ((offset ?? 0) >= (this.#deletedBefore.get(partition ?? 0) ?? 0))
      this.#options.violated(`Answer: that of ${claim} is taken for lost, and lies at ${where}`)
    this.hashes.get(hash)?.life.lost.add(claim)
  }

  #setClaim(hash: string, claim: Claim | null, touched: Set<string>): void {
    const isOver = claim === null || (claim.phase === 'failed' && claim.why === 'expired')
    if (isOver) this.#endLife(hash)
    if (claim === null) return
    const life = this.hashes.get(hash)?.life ?? { number: this.#lives++, claims: new Set(), lost: new Set() }
    this.hashes.set(hash, { claim, life })
    if (isOver) return
    life.claims.add(claim.claim)
    for (const each of life.claims) if (this.#damaged.has(each)) life.lost.add(each)
    this.#hashOfClaim.set(claim.claim, hash)
    touched.add(claim.claim)
  }

  #endLife(hash: string): void {
    const life = this.hashes.get(hash)?.life
    if (life !== undefined) this.#options.coverage.count('window passed')
    for (const claim of life?.claims ?? []) if (life !== undefined) this.#former.set(claim, life)
    this.hashes.delete(hash)
  }

  #checkToken(claim: string, left: ReadonlyMap<string, Claim>): void {
    if (this.copied.has(claim)) return
    const carriers = this.carriers.of(claim)
    const current = this.hashes.get(this.#hashOfClaim.get(claim) ?? '')?.claim
    const isInFlight = inFlight(current, claim)
    const isGivenUp = this.#isGivenUp(claim, isInFlight ? undefined : left.get(claim))
    const allowed = isInFlight ? [1] : isGivenUp ? [0, 1] : [0]
    if (allowed.includes(carriers.length)) return
    const named = `claim ${claim} is ${isInFlight ? '' : 'not '}in flight`
    this.#options.violated(`Token: ${named} and carried by ${carriers.length}: ${carriers.join(', ')}`)
  }

  /** Where nothing has ended a chain, it must have been given up, which has its time. */
  #isGivenUp(claim: string, gone: Claim | undefined): boolean {
    const life = this.lifeOf(this.#hashOfClaim.get(claim) ?? '', claim)
    if (
      gone !== undefined &&
      gone.giveUpAt <= this.#options.now() + this.#options.skewMs &&
      this.carriers.of(claim).length > 0
    )
      life?.lost.add(claim)
    return life?.lost.has(claim) ?? false
  }
}
