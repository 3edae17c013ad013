// An id that had its reply before gets no second one: the first is looked for where it must be, the newest records first.
import type { Reply } from '@waybill/schemas/generated/reply'
import { replies } from '@waybill/schemas/topics'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { decodeLearning } from '@waybill/runtime/registry/learning'
import type { Named } from './named.ts'
import { nameOf } from './named.ts'

/** So many records of a partition are looked through, in such pieces. */
const most = 100_000
const piece = 2_000

/** A request whose hash is known. */
export type Asked = Named & { readonly hash: string }

interface Place {
  readonly log: Log
  readonly codec: Codec
  readonly partition: number
}

const keyOf = ({ tenant, id }: Pick<Asked, 'tenant' | 'id'>): string => `${tenant}/${id}`

/** One look through a partition, which ends when all are found, or when it is told to. */
class Look {
  readonly #place: Place
  readonly #wanted: Set<string>
  readonly #keys: ReadonlySet<string>
  readonly found: Reply[] = []
  isOver = false

  constructor(place: Place, asked: readonly Asked[]) {
    this.#place = place
    this.#wanted = new Set(asked.map(nameOf))
    this.#keys = new Set(asked.map(keyOf))
  }

  async run(): Promise<void> {
    const { log, partition } = this.#place
    const range = await log.range(replies.name, partition)
    const oldest = Math.max(range.start, range.end - most)
    for (let to = range.end; to > oldest && this.#wanted.size > 0 && !this.isOver; to -= piece)
      await this.#lookIn(Math.max(oldest, to - piece), to)
  }

  async #lookIn(from: number, to: number): Promise<void> {
    const { log, codec, partition } = this.#place
    const newest = new Map<string, Reply>()
    await log.read(replies.name, partition, { from, to }, async (records) => {
      for (const { key, value } of records) {
        if (this.isOver || !this.#keys.has(String(key))) continue
        const reply = await decodeLearning(codec, replies.value, value)
        if (reply !== null && this.#wanted.has(nameOf(reply))) newest.set(nameOf(reply), reply)
      }
    })
    for (const [name, reply] of newest) {
      this.#wanted.delete(name)
      this.found.push(reply)
    }
  }
}

/**
 * @param place the home of the hashes
 * @returns those that were found among the last 100,000 replies, and in time, in no order
 * @throws LogError or RegistryError where the brokers or the registry do not answer
 */
export async function findEarlierReplies(
  place: Place,
  asked: readonly Asked[],
  timeoutMs: number,
): Promise<readonly Reply[]> {
  const look = new Look(place, asked)
  let timer: NodeJS.Timeout | undefined = undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  try {
    await Promise.race([look.run(), late])
  } finally {
    clearTimeout(timer)
    look.isOver = true
  }
  // A look that is late goes on to the end of its piece.
  return [...look.found]
}
