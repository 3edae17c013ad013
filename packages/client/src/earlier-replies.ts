// An id that had its reply before gets no second one: the first is looked for where it must be.
import type { Reply } from '@waybill/schemas/generated/reply'
import { replies } from '@waybill/schemas/topics'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'

/** So many records of the partition are looked through, the last ones. */
const most = 100_000
/** And for so long. */
const patienceMs = 3_000

interface Wanted {
  readonly tenant: string
  readonly id: string
  /** The home of the request's hash. */
  readonly partition: number
}

/** Hands over the replies to an id, whatever its content was. */
export async function earlierReplies(
  log: Log,
  codec: Codec,
  { tenant, id, partition }: Wanted,
  take: (reply: Reply) => void,
): Promise<void> {
  const { start, end } = await log.range(replies.name, partition)
  const name = `${tenant}/${id}`
  const looked = log.read(replies.name, partition, { from: Math.max(start, end - most), to: end }, (records) => {
    for (const { key, value } of records) {
      if (String(key) !== name) continue
      const decoded = codec.decode(replies.value, value)
      if (decoded.kind === 'value') take(decoded.value)
    }
  })
  let timer: NodeJS.Timeout | undefined = undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  await Promise.race([looked, enough]).finally(() => {
    clearTimeout(timer)
  })
}
