import type { Clock } from '../clock.ts'
import type { Reservations } from '../reservations.ts'

/** Reservations in memory, which several routers of a test may share. */
export function memoryReservations(clock: Clock): Reservations {
  const accounts = new Map<string, Map<string, { readonly amount: number; readonly until: number }>>()
  const heldIn = (account: string): Map<string, { readonly amount: number; readonly until: number }> => {
    const held = accounts.get(account) ?? new Map()
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
