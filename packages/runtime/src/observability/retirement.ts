// Targets that their vendors take away: a person has to replace them in the policy before that day.
import type { Logger } from './logger.ts'

interface Pinned {
  readonly id: string
  /** Epoch milliseconds; null: no date was announced. */
  readonly retiresAt: number | null
}

/** Ids, codes and dates only. */
export interface Retirement {
  /** target_retired: the day has come, and no decision takes the target any more. */
  readonly code: 'target_retires' | 'target_retired'
  readonly target: string
  /** YYYY-MM-DD, UTC. */
  readonly on: string
}

const noticeMs = 30 * 86_400_000

/** Those that retire within thirty days, and those that have. */
export function retirements(targets: Iterable<Pinned>, now: number): readonly Retirement[] {
  return [...targets].flatMap(({ id, retiresAt }): Retirement[] => {
    if (retiresAt === null || retiresAt - now > noticeMs) return []
    const on = new Date(retiresAt).toISOString().slice(0, 10)
    return [{ code: retiresAt <= now ? 'target_retired' : 'target_retires', target: id, on }]
  })
}

const messages: Readonly<Record<Retirement['code'], string>> = {
  target_retires: 'The vendor retires this target soon: choose another one in the policy.',
  target_retired: 'The vendor has retired this target, and no decision takes it: choose another one in the policy.',
}

export function warnOfRetirements(targets: Iterable<Pinned>, now: number, logger: Pick<Logger, 'warn'>): void {
  for (const retirement of retirements(targets, now)) logger.warn(retirement, messages[retirement.code])
}
