// Endpoints that take only so many requests a minute: the simulator's buckets, read by the headers that a vendor sends.
import type { Headroom } from '@waybill/schemas/generated/headroom'
import { headroomOf } from '@waybill/providers/headroom'
import { openaiHeaders } from '@waybill/simulator/apis/openai/headers'
import { RateLimits } from '@waybill/simulator/rate-limits'

interface Met {
  readonly isRefused: boolean
  /** What the answer says; null where it says nothing. */
  readonly headroom: Headroom | null
  readonly retryAfterMs: number | null
}

const free: Met = { isRefused: false, headroom: null, retryAfterMs: null }

export class Limits {
  readonly #limits = new RateLimits({ requests: null, tokens: null })
  readonly #limited: ReadonlySet<string>
  readonly #areTold: boolean

  /**
   * @param perMinute by target; others take any number
   * @param areTold whether answers and refusals say anything of it
   */
  constructor(perMinute: ReadonlyMap<string, number>, areTold: boolean) {
    for (const [target, requests] of perMinute) this.#limits.set(target, { requests, tokens: null })
    this.#limited = new Set(perMinute.keys())
    this.#areTold = areTold
  }

  /** @param now epoch milliseconds */
  call(target: string, now: number): Met {
    if (!this.#limited.has(target)) return free
    const caller = { key: 'replay', model: target }
    const refusal = this.#limits.take(caller, 0, now)
    if (!this.#areTold) return { ...free, isRefused: refusal !== null }
    const headers = openaiHeaders({ id: (prefix) => prefix, nowMs: now }, 0, this.#limits.look(caller, now))
    return {
      isRefused: refusal !== null,
      headroom: headroomOf(headers, now),
      retryAfterMs: refusal?.retryAfterMs ?? null,
    }
  }
}
