import type { Learned } from '@waybill/routing/estimate/learned'
import { learn, nothingLearned } from '@waybill/routing/estimate/learned'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Response } from '@waybill/schemas/generated/response'
import type { Tables } from './reducer/prepared.ts'

/** What this process learns from the costs that it reads: what vendors count, and how long answers are. */
export class Lessons {
  #learned: Learned = nothingLearned

  get learned(): Learned {
    return this.#learned
  }

  hear({ kind, target, taskClass, estimatedInputTokens, outputTokens, ...counted }: Cost): void {
    if (kind !== 'paid') return
    const { inputTokens, cachedInputTokens, cacheWriteInputTokens } = counted
    this.#learned = learn(this.#learned, {
      target: target.id,
      taskClass,
      estimatedTokens: estimatedInputTokens,
      inputTokens: (inputTokens ?? 0) + (cachedInputTokens ?? 0) + (cacheWriteInputTokens ?? 0),
      outputTokens,
    })
  }
}

/** Counts of the last minute are halved at each one's end, so that old chains fade. */
const fadeMs = 60_000

/** How many of the chains of the last minutes have used backups. */
export class BackupUse {
  #requests = 0
  #backups = 0
  #fadedAt = 0

  hear({ attempts }: Response): void {
    this.#requests++
    this.#backups += Math.max(0, attempts - 1)
  }

  at(now: number, snapshot: Tables['snapshot']): Tables['backups'] {
    if (now - this.#fadedAt > fadeMs) {
      this.#fadedAt = now
      this.#requests /= 2
      this.#backups /= 2
    }
    const coolingDown = [...snapshot.targets.values()].some(({ coolDownUntil }) => (coolDownUntil ?? 0) > now)
    return { coolingDown, requests: Math.floor(this.#requests), backupsUsed: Math.ceil(this.#backups) }
  }
}
