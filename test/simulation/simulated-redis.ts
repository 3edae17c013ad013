// One Redis for all routers, which can be gone, slow, emptied, and put back to what it was long ago.
import type { AnswerCache } from '@waybill/runtime/answer-cache'
import { sleep } from '@waybill/runtime/clock'
import type { KeptAnswer } from '@waybill/runtime/memory/answer-cache'
import { memoryAnswerCache } from '@waybill/runtime/memory/answer-cache'
import type { HeldAmounts } from '@waybill/runtime/memory/reservations'
import { memoryReservations } from '@waybill/runtime/memory/reservations'
import type { Reservations } from '@waybill/runtime/reservations'
import type { Random } from './random.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What answers later than this is not waited for, as in the adapter. */
const timeoutMs = 200
/** Of an answer that came back from a dump without its time to live. */
const restoredLifeMs = 600_000

type Answers = Map<string, KeptAnswer>
type Accounts = Map<string, HeldAmounts>

const copied = (accounts: Accounts): Accounts =>
  new Map([...accounts].map(([account, held]) => [account, new Map(held)]))

function become<Value>(map: Map<string, Value>, other: ReadonlyMap<string, Value>): void {
  map.clear()
  for (const [key, value] of other) map.set(key, value)
}

export class SimulatedRedis {
  readonly #clock: VirtualClock
  readonly #answers: Answers = new Map()
  readonly #accounts: Accounts = new Map()
  readonly #cache: AnswerCache
  readonly #reservations: Reservations
  readonly #found: (hash: string, value: Buffer) => void
  readonly #saved: { readonly answers: Answers; readonly accounts: Accounts }[] = []
  #goneUntil = 0
  #slowUntil = 0

  /** @param found told of each answer that it has given */
  constructor(clock: VirtualClock, found: (hash: string, value: Buffer) => void) {
    this.#clock = clock
    this.#found = found
    this.#cache = memoryAnswerCache(clock, this.#answers)
    this.#reservations = memoryReservations(clock, this.#accounts)
  }

  /** Nobody can reach it for so long; what it holds stays. */
  goneFor(ms: number): void {
    this.#goneUntil = this.#clock.now() + ms
  }

  /** For so long it does what it is told, and answers too late. */
  slowFor(ms: number): void {
    this.#slowUntil = this.#clock.now() + ms
  }

  flush(): void {
    this.#answers.clear()
    this.#accounts.clear()
  }

  save(): void {
    this.#saved.push({ answers: new Map(this.#answers), accounts: copied(this.#accounts) })
  }

  /** What was saved once, with answers that live on from now: false where nothing was. */
  restore(random: Random): boolean {
    const saved = this.#saved[random.below(this.#saved.length)]
    if (saved === undefined) return false
    const until = this.#clock.now() + restoredLifeMs
    become(this.#answers, new Map([...saved.answers].map(([hash, { value }]) => [hash, { value, until }])))
    become(this.#accounts, copied(saved.accounts))
    return true
  }

  async #ask<Answer>(process: SimulatedProcess, question: () => Promise<Answer>): Promise<Answer | null> {
    await process.running()
    const now = this.#clock.now()
    if (now < this.#goneUntil) return null
    const answer = await question()
    if (now >= this.#slowUntil) return answer
    await sleep(process.clock, timeoutMs)
    return null
  }

  cacheOf(process: SimulatedProcess): AnswerCache {
    return {
      get: async (hash) => {
        const value = await this.#ask(process, () => this.#cache.get(hash))
        if (value !== null) this.#found(hash, value)
        return value
      },
      set: async (hash, value, lifeMs) => {
        await this.#ask(process, () => this.#cache.set(hash, value, lifeMs))
      },
      close: () => Promise.resolve(),
    }
  }

  reservationsOf(process: SimulatedProcess): Reservations {
    return {
      reserve: (wanted) => this.#ask(process, () => this.#reservations.reserve(wanted)),
      release: async (account, holder) => {
        await this.#ask(process, () => this.#reservations.release(account, holder))
      },
      close: () => Promise.resolve(),
    }
  }
}
