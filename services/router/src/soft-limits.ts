import type { SoftLimit } from './reducer/prepared.ts'

/** An operator is told once of a tenant and window, not once a request. */
export function oncePerWindow(tell: (limit: SoftLimit) => void): (limit: SoftLimit) => void {
  const told = new Map<string, number>()
  return (limit) => {
    const account = `${limit.window}/${limit.tenant}`
    if (told.get(account) === limit.startsAt) return
    told.set(account, limit.startsAt)
    tell(limit)
  }
}
