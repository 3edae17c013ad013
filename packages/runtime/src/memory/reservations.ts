import type { Clock } from '../clock.ts'
import type { Reservations } from '../reservations.ts'

/** By holder: how much, and until when. */
export type HeldAmounts = Map<string, { readonly amount: number; readonly until: number }>

/**
 * Reservations in memory, which several routers of a test may share.
 * @param accounts what is held: whoever passes it can empty it, or put it back to what it was
 */
export function memoryReservations(clock: Clock, accounts = new Map<string, HeldAmounts>()): Reservations {
  const heldIn = (account: string): HeldAmounts => {
    const held: HeldAmounts = accounts.get(account) ?? new Map()
    accounts.set(account, held)
    for (const [holder, { until }] of held) if (until <= clock.now()) held.delete(holder)
    return held
  }
  return {
    reserve({ account, holder, amount, limit, used, lifeMs }) {
      const held = heldIn(account)
      if (held.has(holder)) return Promise.resolve(true)
      const sum = [...held.values()].reduce((all, each) => all + each.amount, used)
      if (sum + amount > limit) return Promise.resolve(false)
      held.set(holder, { amount, until: clock.now() + lifeMs })
      return Promise.resolve(true)
    },
    release(account, holder) {
      heldIn(account).delete(holder)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
