// When the steps of a chain are due. All times are epoch milliseconds.
import type { ProtocolSettings } from './protocol-defaults.ts'

const left = (now: number, deadline: number): number => Math.max(0, deadline - now)

/** When the caller needs the answer. */
export function deadlineOf(
  appendedAt: number,
  latencyBudgetMs: number | null,
  settings: Pick<ProtocolSettings, 'latencyBudgetMs'>,
): number {
  return appendedAt + Math.max(0, latencyBudgetMs ?? settings.latencyBudgetMs)
}

/** Until when a dispatch may wait for a free call slot; later it goes to a backup. */
export function startBy(
  now: number,
  deadline: number,
  settings: Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs'>,
): number {
  return now + Math.min(Math.floor(left(now, deadline) * settings.startByShare), settings.startByMaxMs)
}

/** When a dispatch was made: the `now` of its startBy, which is the only time of its making that it carries. */
export function dispatchedAt(
  startsBy: number,
  deadline: number,
  settings: Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs'>,
): number {
  const { startByShare, startByMaxMs } = settings
  if (startsBy >= deadline) return startsBy
  const byMost = startsBy - startByMaxMs
  if ((deadline - byMost) * startByShare >= startByMaxMs) return byMost
  return Math.floor((startsBy - deadline * startByShare) / (1 - startByShare))
}

/** When an attempt that starts now is broken off. */
export function attemptDeadline(
  now: number,
  deadline: number,
  settings: Pick<ProtocolSettings, 'attemptMaxMs'>,
): number {
  return now + Math.min(left(now, deadline), settings.attemptMaxMs)
}

/** The age at which a claim in flight is no longer waited for: every attempt it may make, and the grace. */
export function giveUpAge(
  now: number,
  deadline: number,
  settings: Pick<ProtocolSettings, 'attemptMaxMs' | 'giveUpFactor' | 'graceMs'>,
): number {
  return (attemptDeadline(now, deadline, settings) - now) * settings.giveUpFactor + settings.graceMs
}

/** How long a settled claim is remembered. */
export function claimLifeMs(settings: Pick<ProtocolSettings, 'dedupWindowMs' | 'sendByMs' | 'claimMarginMs'>): number {
  return settings.dedupWindowMs + settings.sendByMs + settings.claimMarginMs
}

/** How the chains of a while have used backups, while something is cooling down. */
export interface BackupUse {
  readonly coolingDown: boolean
  readonly requests: number
  readonly backupsUsed: number
}

/** So many may always be used: a share of next to nothing would be nothing. */
const alwaysAllowed = 3

/**
 * How many backups a chain may still use. Once a cool-down has begun, what is down is known and decisions avoid it, so
 * backups beyond a small share mean that something else is wrong, and more calls would not mend it.
 */
export function backupsAllowed(
  backups: number,
  use: BackupUse,
  settings: Pick<ProtocolSettings, 'attemptsMax' | 'backupsShareMax'>,
): number {
  const most = Math.min(backups, settings.attemptsMax - 1)
  if (!use.coolingDown) return most
  const budget = Math.max(alwaysAllowed, Math.floor(use.requests * settings.backupsShareMax)) - use.backupsUsed
  return Math.max(0, Math.min(most, budget))
}
