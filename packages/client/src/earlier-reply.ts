// An id that had its reply before gets no second one: the first is looked for where it must be, the newest records first.
import type { Reply } from '@waybill/schemas/generated/reply'
import { replies } from '@waybill/schemas/topics'
import type { Log, LogRecord } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'

/** So many records of a partition are looked through, in such pieces. */
const most = 100_000
const piece = 2_000

export interface Asked {
  readonly tenant: string
  readonly id: string
  readonly hash: string
}

interface Place {
  readonly log: Log
  readonly codec: Codec
  readonly partition: number
}

const keyOf = ({ tenant, id }: Pick<Asked, 'tenant' | 'id'>): string => `${tenant}/${id}`
const nameOf = ({ tenant, id, hash }: Pick<Reply, 'tenant' | 'id' | 'hash'>): string =>
  JSON.stringify([tenant, id, hash])

/** One look through a partition, which ends when all are found, or when it is told to. */
class Look {
  readonly #place: Place
  readonly #wanted: Map<string, Asked>
  readonly #keys: ReadonlySet<string>
  readonly found: Reply[] = []
  isOver = false

  constructor(place: Place, asked: readonly Asked[]) {
    this.#place = place
    this.#wanted = new Map(asked.map((each) => [nameOf(each), each]))
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
    const newest = new Map<string, Reply>()
    await this.#place.log.read(replies.name, this.#place.partition, { from, to }, async (records) => {
      for (const record of records) {
        const reply = this.isOver || !this.#keys.has(String(record.key)) ? undefined : await this.#decoded(record)
        if (reply !== undefined && this.#wanted.has(nameOf(reply))) newest.set(nameOf(reply), reply)
      }
    })
    for (const [name, reply] of newest) {
      this.#wanted.delete(name)
      this.found.push(reply)
    }
  }

  /** A schema that was not met yet says nothing of a record. */
  async #decoded({ value }: LogRecord): Promise<Reply | undefined> {
    const { codec } = this.#place
    let read = codec.decode(replies.value, value)
    if (read.kind === 'unknownSchema' && (await codec.learn(read.id))) read = codec.decode(replies.value, value)
    return read.kind === 'value' ? read.value : undefined
  }
}

/**
 * @param place the home of the hashes
 * @returns those that were found among the last 100,000 replies, and in time, in no order
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
  return [...look.found]
}
