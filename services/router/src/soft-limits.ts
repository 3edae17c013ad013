import type { Logger } from '@waybill/runtime/observability/logger'
import type { SoftLimit } from './reducer/prepared.ts'

/** An operator is told once of a tenant and window, not once a request. */
export function oncePerWindow(logger: Logger): (limit: SoftLimit) => void {
  const told = new Map<string, number>()
  return ({ tenant, window, startsAt }) => {
    const account = `${window}/${tenant}`
    if (told.get(account) === startsAt) return
    told.set(account, startsAt)
    logger.warn({ code: 'soft_limit', tenant, window }, 'A tenant is over the soft limit of its budget.')
  }
}
