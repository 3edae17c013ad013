// Which of the requests that were sent still have no reply.
import type { Named } from '@waybill/client/named'
import { nameOf } from '@waybill/client/named'
import type { Reply } from '@waybill/schemas/generated/reply'

export interface Summary {
  readonly sent: number
  readonly replied: number
  readonly statuses: Readonly<Record<string, number>>
  readonly withoutReply: number
  readonly notSent: number
  readonly costPicoUsd: number
}

/** Equal lines of a file are one request: they get one reply. */
export class Waiting {
  readonly #open = new Map<string, Named>()
  readonly #statuses = new Map<string, number>()
  #sent = 0
  #replied = 0
  #notSent = 0
  #cost = 0
  #settled: () => void = () => undefined

  sent(named: Named): void {
    this.#sent++
    this.#open.set(nameOf(named), named)
  }

  notSent(): void {
    this.#notSent++
  }

  /** Whether the reply is to one of ours that had none. */
  settle(reply: Reply): boolean {
    if (!this.#open.delete(nameOf(reply))) return false
    this.#replied++
    this.#cost += reply.costPicoUsd
    this.#statuses.set(reply.status, (this.#statuses.get(reply.status) ?? 0) + 1)
    if (this.#open.size === 0) this.#settled()
    return true
  }

  get open(): readonly Named[] {
    return [...this.#open.values()]
  }

  /** Resolves when every request that was sent has a reply: true; or when the time is up: false. */
  async allSettled(patienceMs: number, interrupted: Promise<void>): Promise<boolean> {
    if (this.#open.size === 0) return true
    let timer: NodeJS.Timeout | undefined = undefined
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#settled = resolve
      }),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs)
      }),
      interrupted,
    ])
    clearTimeout(timer)
    return this.#open.size === 0
  }

  summary(): Summary {
    return {
      sent: this.#sent,
      replied: this.#replied,
      statuses: Object.fromEntries(this.#statuses),
      withoutReply: this.#open.size,
      notSent: this.#notSent,
      costPicoUsd: this.#cost,
    }
  }
}

/** Whether everything that was asked for was answered. */
export const isGood = ({ statuses, withoutReply, notSent }: Summary): boolean =>
  withoutReply === 0 && notSent === 0 && !('failed' in statuses) && !('rejected' in statuses)
