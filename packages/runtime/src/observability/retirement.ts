// Targets that their vendors take away: a person has to replace them in the policy before that day.
import type { Logger } from './logger.ts'

interface Pinned {
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Epoch milliseconds; null: no date was announced. */
  readonly retiresAt: number | null
}

/** Ids, codes and dates only. */
export interface Retirement {
  /** target_retired: the day has come, and no decision takes the model any more. */
  readonly code: 'target_retires' | 'target_retired'
  /** provider/model. */
  readonly model: string
  /** The targets that it serves: one for each service tier and account. */
  readonly targets: readonly string[]
  /** YYYY-MM-DD, UTC. */
  readonly on: string
}

const noticeMs = 30 * 86_400_000

/** The models that retire within thirty days, and those that have, once each. */
export function retirements(targets: Iterable<Pinned>, now: number): readonly Retirement[] {
  const found = new Map<string, Retirement>()
  for (const { id, provider, model: name, retiresAt } of targets) {
    if (retiresAt === null || retiresAt - now > noticeMs) continue
    const model = `${provider}/${name}`
    const on = new Date(retiresAt).toISOString().slice(0, 10)
    const code = retiresAt <= now ? 'target_retired' : 'target_retires'
    const key = `${model} ${on}`
    found.set(key, { code, model, targets: [...(found.get(key)?.targets ?? []), id], on })
  }
  return [...found.values()]
}

const messages: Readonly<Record<Retirement['code'], string>> = {
  target_retires: 'The vendor retires this model soon: choose another one in the policy.',
  target_retired: 'The vendor has retired this model, and no decision takes it: choose another one in the policy.',
}

export function warnOfRetirements(targets: Iterable<Pinned>, now: number, logger: Pick<Logger, 'warn'>): void {
  for (const retirement of retirements(targets, now)) logger.warn(retirement, messages[retirement.code])
}
