// Who waits for which reply.
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Named } from './named.ts'
import { nameOf } from './named.ts'

/** How long a reply is waited for: as long as the request has, and ten seconds. */
export const patienceOf = (latencyBudgetMs: number | null | undefined): number => (latencyBudgetMs ?? 60_000) + 10_000

interface Waiter {
  readonly resolve: (reply: Reply) => void
  readonly reject: (reason: unknown) => void
}

export interface WaitOptions {
  readonly timeoutMs: number
  /** When the time is over: may find the reply somewhere else. Its failure is none of the request's. */
  readonly lastLook: () => Promise<Reply | undefined>
  readonly tooLate: () => Error
  readonly signal?: AbortSignal | undefined
}

/** The same request may be sent again while its first sender still waits: one reply serves both. */
export class WaitingReplies {
  readonly #waiters = new Map<string, Set<Waiter>>()

  /** @returns the reply, and what ends the waiting without one */
  wait(
    named: Named,
    { timeoutMs, lastLook, tooLate, signal }: WaitOptions,
  ): { readonly reply: Promise<Reply>; readonly end: (reason: unknown) => void } {
    const name = nameOf(named)
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    const waiter = { resolve, reject }
    const waiters = this.#waiters.get(name) ?? new Set()
    this.#waiters.set(name, waiters.add(waiter))
    const endWithout = async (): Promise<void> => {
      const found = await lastLook().catch(() => undefined)
      if (found === undefined) reject(tooLate())
      else resolve(found)
    }
    const timer = setTimeout(() => void endWithout(), timeoutMs)
    const aborted = (): void => {
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', aborted)
    // One that was aborted before says nothing any more.
    if (signal?.aborted === true) aborted()
    const over = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      waiters.delete(waiter)
      if (waiters.size === 0 && this.#waiters.get(name) === waiters) this.#waiters.delete(name)
    }
    // Whoever awaits the reply hears of its rejection; here it only ends the waiting.
    promise.then(over, over)
    return { reply: promise, end: reject }
  }

  take(reply: Reply): void {
    for (const { resolve } of this.#waiters.get(nameOf(reply)) ?? []) resolve(reply)
  }

  endAll(reason: Error): void {
    for (const { reject } of [...this.#waiters.values()].flatMap((waiters) => [...waiters])) reject(reason)
  }
}
