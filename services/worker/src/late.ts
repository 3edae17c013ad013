import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import { late as lateTopic } from '@waybill/schemas/topics'
import type { Clock } from '@waybill/runtime/clock'
import { sleep } from '@waybill/runtime/clock'
import type { Log } from '@waybill/runtime/log'

const retryMs = 250

export interface LateOptions {
  readonly log: Pick<Log, 'append'>
  readonly clock: Clock
  readonly provider: string
  readonly encode: (late: LateOutcome) => Buffer
}

/**
 * Hands on what a task of ours was still owed. Tries until it is stored: the process ends when it must.
 * Twice is as good as once, since the second finds no marker.
 */
export async function publishLate(
  { log, clock, provider, encode }: LateOptions,
  partition: number,
  hash: string,
  late: LateOutcome,
): Promise<void> {
  const value = encode(late)
  for (;;) {
    try {
      await log.append({ topic: lateTopic(provider).name, partition, records: [{ key: hash, value }] })
      return
    } catch {
      await sleep(clock, retryMs)
    }
  }
}
