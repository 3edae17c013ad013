// Rate limits as the vendors keep them: for each key and model a bucket of requests and one of tokens. Both fill up all
// the time, and a full one holds a minute's worth.

export type Measure = 'requests' | 'tokens'

export interface Level {
  /** A minute's worth. */
  readonly limit: number
  /** Whole ones, after the call. */
  readonly remaining: number
  readonly fullInMs: number
}

export type Allowance = Readonly<Record<Measure, Level>>

/** A minute; null: none is kept. */
export type Limits = Readonly<Record<Measure, number | null>>

export interface Refusal {
  readonly measure: Measure
  readonly level: Level
  /** How many the call would have taken. */
  readonly wanted: number
  /** null where no waiting helps: it is more than a full bucket holds. */
  readonly retryAfterMs: number | null
}

/** Who calls what. */
export interface Caller {
  readonly key: string
  readonly model: string
}

const minuteMs = 60_000
/** Keys are whatever callers send: those that were not heard of for longest are forgotten. */
const mostBuckets = 10_000
/** What is told where no limit is kept: so much that nobody comes near it. */
const ample: Readonly<Record<Measure, number>> = { requests: 10_000, tokens: 2_000_000 }

interface Bucket {
  left: number
  at: number
}

export class RateLimits {
  readonly #atStart: Limits
  #everyModel: Limits
  readonly #ofModel = new Map<string, Limits>()
  readonly #buckets = new Map<string, Bucket>()

  constructor(everyModel: Limits) {
    this.#atStart = everyModel
    this.#everyModel = everyModel
  }

  /** @param model null: every model that has no limits of its own */
  set(model: string | null, limits: Limits): void {
    if (model === null) this.#everyModel = limits
    else this.#ofModel.set(model, limits)
    this.#buckets.clear()
  }

  /** As at the start, all buckets full. */
  reset(): void {
    this.#ofModel.clear()
    this.set(null, this.#atStart)
  }

  list(): { readonly everyModel: Limits; readonly models: Readonly<Record<string, Limits>> } {
    return { everyModel: this.#everyModel, models: Object.fromEntries(this.#ofModel) }
  }

  /** Takes a call's share out of both buckets, or out of none: null where it was there. */
  take(caller: Caller, tokens: number, nowMs: number): Refusal | null {
    const wanted = { requests: 1, tokens }
    const lacking = this.#lackingOf(caller, 'requests', 1, nowMs) ?? this.#lackingOf(caller, 'tokens', tokens, nowMs)
    if (lacking !== null) return lacking
    for (const measure of ['requests', 'tokens'] as const)
      if (this.#limitOf(caller, measure) !== null) this.#filled(caller, measure, nowMs).left -= wanted[measure]
    return null
  }

  look(caller: Caller, nowMs: number): Allowance {
    return { requests: this.#levelOf(caller, 'requests', nowMs), tokens: this.#levelOf(caller, 'tokens', nowMs) }
  }

  #limitOf({ model }: Caller, measure: Measure): number | null {
    return (this.#ofModel.get(model) ?? this.#everyModel)[measure]
  }

  #lackingOf(caller: Caller, measure: Measure, wanted: number, nowMs: number): Refusal | null {
    const limit = this.#limitOf(caller, measure)
    if (limit === null) return null
    const { left } = this.#filled(caller, measure, nowMs)
    if (left >= wanted) return null
    const retryAfterMs = wanted > limit ? null : Math.ceil(((wanted - left) * minuteMs) / limit)
    return { measure, level: this.#levelOf(caller, measure, nowMs), wanted, retryAfterMs }
  }

  #levelOf(caller: Caller, measure: Measure, nowMs: number): Level {
    const limit = this.#limitOf(caller, measure)
    if (limit === null) return { limit: ample[measure], remaining: ample[measure] - 1, fullInMs: 6 }
    const { left } = this.#filled(caller, measure, nowMs)
    return { limit, remaining: Math.floor(left), fullInMs: Math.ceil(((limit - left) * minuteMs) / limit) }
  }

  #filled(caller: Caller, measure: Measure, nowMs: number): Bucket {
    const limit = this.#limitOf(caller, measure) ?? 0
    const name = JSON.stringify([measure, caller.model, caller.key])
    const known = this.#buckets.get(name)
    const bucket = known ?? { left: limit, at: nowMs }
    const gained = (Math.max(0, nowMs - bucket.at) * limit) / minuteMs
    bucket.left = Math.min(limit, bucket.left + gained)
    bucket.at = Math.max(bucket.at, nowMs)
    this.#buckets.delete(name)
    this.#buckets.set(name, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostBuckets && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket
  }
}
