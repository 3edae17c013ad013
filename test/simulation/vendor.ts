// The vendors: what a call brings is drawn by the seed, and a ledger keeps what was really made and billed.
import type { Connections } from '@waybill/runtime/http/capturing-fetch'
import type { Vendor } from '@waybill/worker/vendors/vendor'
import type { Random } from './random.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { VirtualClock } from './virtual-clock.ts'

export type CallKind = 'answer' | 'unusable' | 'unbilled' | 'ambiguous' | 'hang'

/** What was tried: a call, or one that did not come to it. */
type Tried = CallKind | 'no connection'

/** One call that was really made. */
export interface LedgerEntry {
  readonly attempt: string
  readonly claim: string
  readonly hash: string
  readonly at: number
  readonly kind: CallKind
  readonly isBilled: boolean
  readonly outputTokens: number
  readonly text: string
}

export interface VendorTaste {
  /** How often each kind comes, out of 100; the rest is answers. */
  readonly unusable: number
  readonly unbilled: number
  readonly ambiguous: number
  readonly hang: number
  readonly noConnection: number
  readonly slowestMs: number
  /** Characters of an answer, at most. */
  readonly longest: number
}

const origin = 'https://vendor.invalid'

class CallBroken extends Error {
  override readonly name: string
  readonly code: string
  constructor(name: string, code: string) {
    super(code)
    this.name = name
    this.code = code
  }
}

interface Wire {
  readonly status: number
  readonly body: string
}

type Exchange = ReturnType<Connections['exchange']>
type ExchangeOptions = Parameters<Connections['exchange']>[0]
type Seen = { -readonly [Name in keyof ReturnType<Exchange['seen']>]: ReturnType<Exchange['seen']>[Name] }

const answerOf = (provider: string, text: string, outputTokens: number): Wire => ({
  status: 200,
  body: JSON.stringify(
    provider === 'openai'
      ? {
          id: 'c',
          model: 'gpt',
          choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5, completion_tokens: outputTokens, total_tokens: 5 + outputTokens },
        }
      : {
          type: 'message',
          model: 'claude',
          content: text === '' ? [] : [{ type: 'text', text }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 5, output_tokens: outputTokens },
        },
  ),
})

const refused: readonly [Wire, ...Wire[]] = [
  { status: 429, body: '{"type":"error","error":{"type":"rate_limit_error","code":"rate_limit_exceeded"}}' },
  { status: 500, body: '{"type":"error","error":{"type":"api_error","code":"server_error"}}' },
  { status: 401, body: '{"type":"error","error":{"type":"authentication_error","code":"invalid_api_key"}}' },
]
/** null: the connection is reset. */
const doubtful: readonly [Wire | null, ...(Wire | null)[]] = [
  null,
  { status: 502, body: '<html>' },
  { status: 200, body: '{"error":{"message":"half-way"}}' },
  { status: 200, body: 'no JSON' },
]

export class Vendors {
  readonly ledger: LedgerEntry[] = []
  readonly #random: Random
  readonly #clock: VirtualClock
  readonly #taste: VendorTaste
  readonly #tried: (kind: Tried, attempt: string) => void

  constructor(random: Random, clock: VirtualClock, taste: VendorTaste, tried: (kind: Tried, attempt: string) => void) {
    this.#random = random
    this.#clock = clock
    this.#taste = taste
    this.#tried = tried
  }

  readonly vendor: Vendor = {
    origin,
    call: ({ fetch, headers, body }) => fetch(origin, { method: 'POST', headers, body: JSON.stringify(body) }),
  }

  connections(process: SimulatedProcess, provider: string): Connections {
    return { exchange: (options) => this.#exchange(process, provider, options), close: () => Promise.resolve() }
  }

  #exchange(process: SimulatedProcess, provider: string, options: ExchangeOptions): Exchange {
    const seen: Seen = {
      reached: 'nothing',
      refused: false,
      tooLarge: false,
      status: null,
      headers: {},
      body: null,
      error: undefined,
    }
    return {
      seen: () => ({ ...seen }),
      fetch: async (_, init) => {
        seen.reached = 'asked'
        try {
          await this.#converse(process, provider, options, seen, init ?? {})
        } catch (error) {
          seen.error = error
          throw error
        }
        throw new Error('Nobody looks at what the SDK would make of it.')
      },
    }
  }

  async #converse(
    process: SimulatedProcess,
    provider: string,
    { signal, mayStart }: ExchangeOptions,
    seen: Seen,
    init: RequestInit,
  ): Promise<void> {
    await within(signal, process, this.#clock, this.#random.chance(0.5) ? 0 : this.#random.between(1, 300))
    if (this.#random.below(100) < this.#taste.noConnection) {
      this.#tried('no connection', 'a call')
      throw new CallBroken('Error', 'ECONNREFUSED')
    }
    if (!mayStart()) {
      seen.refused = true
      throw new CallBroken('Refused', 'REFUSED')
    }
    seen.reached = 'started'
    const entry = this.#book(new Headers(init.headers), typeof init.body === 'string' ? init.body : '')
    const ms = entry.kind === 'hang' ? Infinity : this.#random.between(1, this.#taste.slowestMs)
    const wire = this.#wireOf(entry, provider)
    await within(signal, process, this.#clock, ms)
    if (wire === null) throw new CallBroken('TypeError', 'UND_ERR_SOCKET')
    Object.assign(seen, { reached: 'done', status: wire.status, body: Buffer.from(wire.body) })
  }

  #kind(): CallKind {
    const drawn = this.#random.below(100)
    const { unusable, unbilled, ambiguous, hang } = this.#taste
    if (drawn < unusable) return 'unusable'
    if (drawn < unusable + unbilled) return 'unbilled'
    if (drawn < unusable + unbilled + ambiguous) return 'ambiguous'
    return drawn < unusable + unbilled + ambiguous + hang ? 'hang' : 'answer'
  }

  #book(headers: Headers, body: string): LedgerEntry {
    const named = (name: string): string => headers.get(`x-waybill-${name}`) ?? ''
    const kind = this.#kind()
    const content = /content-\d+/u.exec(body)?.[0] ?? ''
    // Whatever the worker calls it, it is an attempt of the claim.
    const attempt = `${named('claim')}.${named('attempt').split('.').at(-1)}`
    const entry: LedgerEntry = {
      attempt,
      claim: named('claim'),
      hash: named('hash'),
      at: this.#clock.now(),
      kind,
      isBilled: kind !== 'unbilled' && (kind === 'answer' || kind === 'unusable' || this.#random.chance(0.5)),
      outputTokens: this.#random.between(1, 50),
      text: `${content}; by ${attempt}; ${'x'.repeat(this.#random.chance(0.2) ? this.#taste.longest : 0)}`,
    }
    this.ledger.push(entry)
    this.#tried(kind, attempt)
    return entry
  }

  #wireOf({ kind, text, outputTokens }: LedgerEntry, provider: string): Wire | null {
    switch (kind) {
      case 'answer':
        return answerOf(provider, text, outputTokens)
      case 'unusable':
        return answerOf(provider, '', outputTokens)
      case 'unbilled':
        return this.#random.pick(refused)
      case 'ambiguous':
      case 'hang':
        return this.#random.pick(doubtful)
    }
  }
}

/** Waits as long as the signal allows. */
function within(signal: AbortSignal, process: SimulatedProcess, clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new CallBroken('AbortError', 'ABORT_ERR'))
    }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    if (ms === Infinity) return
    clock.schedule(ms, () => {
      process.hear(resolve)
    })
  })
}
