import type { Ask } from '@waybill/schemas/generated/ask'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import type { Spend } from '@waybill/schemas/generated/spend'
import type { Context, Output, Step, View } from '@waybill/runtime/task/stage'
import type { Effect, Tables } from './prepared.ts'

const claimKey = (hash: string): string => `claim/${hash}`
export const askKey = (hash: string, ask: string): string => `ask/${hash}/${ask}`
/** ask/HASH/ID → ask/HASH: asks of one hash are looked up together. */
export const asksOf = (hash: string): string => `ask/${hash}`
export function hashOfKey(key: string): string {
  const from = key.indexOf('/') + 1
  const to = key.indexOf('/', from)
  return to < 0 ? key.slice(from) : key.slice(from, to)
}

const spendKey = (window: string, tenant: string): string => `spend/${window}/${tenant}`

const blank: RouterState = { positions: null, claim: null, ask: null, spend: null }

/** An ask and its key. */
export interface Waiting {
  readonly key: string
  readonly ask: Ask
}

/** One step of the router in the making: what it has changed so far is seen by what follows. */
export class Turn {
  readonly context: Context<Tables>
  readonly #view: View<RouterState>
  readonly #changes = new Map<string, RouterState | null>()
  readonly #outputs: Output[] = []
  readonly #effects: Effect[] = []

  constructor(view: View<RouterState>, context: Context<Tables>) {
    this.#view = view
    this.context = context
  }

  get now(): number {
    return this.context.now
  }

  #get(key: string): RouterState | null | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#view.get(key)
  }

  claim(hash: string): Claim | null {
    return this.#get(claimKey(hash))?.claim ?? null
  }

  setClaim(hash: string, claim: Claim | null): void {
    this.#changes.set(claimKey(hash), claim === null ? null : { ...blank, claim })
  }

  ask(key: string): Ask | null {
    return this.#get(key)?.ask ?? null
  }

  setAsk(key: string, ask: Ask | null): void {
    this.#changes.set(key, ask === null ? null : { ...blank, ask })
  }

  spend(window: string, tenant: string): Spend | null {
    return this.#get(spendKey(window, tenant))?.spend ?? null
  }

  setSpend(spend: Spend): void {
    this.#changes.set(spendKey(spend.window, spend.tenant), { ...blank, spend })
  }

  /** Keys of every ask on a hash. */
  askKeys(hash: string): readonly string[] {
    const prefix = `${asksOf(hash)}/`
    const added = [...this.#changes.keys()].filter((key) => key.startsWith(prefix) && this.#view.get(key) === undefined)
    return [...this.#view.under(asksOf(hash)), ...added].filter((key) => this.#get(key) != null)
  }

  /** The asks on a hash that have no reply yet, first come first. */
  waiting(hash: string): readonly Waiting[] {
    return this.askKeys(hash)
      .flatMap((key): Waiting[] => {
        const ask = this.ask(key)
        return ask === null || ask.replied ? [] : [{ key, ask }]
      })
      .toSorted((one, other) => one.ask.order - other.ask.order)
  }

  output(output: Output): void {
    this.#outputs.push(output)
  }

  effect(effect: Effect): void {
    this.#effects.push(effect)
  }

  step(): Step<RouterState, Effect> {
    return { changes: [...this.#changes], outputs: this.#outputs, effects: this.#effects }
  }
}
