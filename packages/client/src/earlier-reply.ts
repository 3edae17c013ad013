// An id that had its reply before gets no second one: the first is looked for where it must be, the newest records first.
import type { Reply } from '@waybill/schemas/generated/reply'
import { replies } from '@waybill/schemas/topics'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'

/** So many records of the partition are looked through, in such pieces, and for so long. */
const most = 100_000
const piece = 2_000
const patienceMs = 3_000

export interface Asked {
  readonly tenant: string
  readonly id: string
  readonly hash: string
}

/**
 * @param partition the home of the hash
 * @returns undefined where there is none among them
 */
export async function findEarlierReply(
  { log, codec }: { readonly log: Log; readonly codec: Codec },
  partition: number,
  { tenant, id, hash }: Asked,
): Promise<Reply | undefined> {
  const name = `${tenant}/${id}`
  const lookIn = async (from: number, to: number): Promise<Reply | undefined> => {
    const found: Reply[] = []
    await log.read(replies.name, partition, { from, to }, (records) => {
      for (const { key, value } of records) {
        if (String(key) !== name) continue
        const decoded = codec.decode(replies.value, value)
        if (decoded.kind === 'value' && decoded.value.hash === hash) found.push(decoded.value)
      }
    })
    return found.at(-1)
  }
  const end = performance.now() + patienceMs
  const range = await log.range(replies.name, partition)
  const oldest = Math.max(range.start, range.end - most)
  for (let to = range.end; to > oldest && performance.now() < end; to -= piece) {
    const found = await lookIn(Math.max(oldest, to - piece), to)
    if (found !== undefined) return found
  }
  return undefined
}
