// The token: who carries a claim in flight. A dispatch and a result and a response until they are consumed, a marker until it is gone.
import type { Appended, OutgoingRecord, Send } from '@waybill/runtime/log'

const place = (topic: string, partition: number, offset: number): string => `${topic}/${partition}/${offset}`

const headerOf = (record: OutgoingRecord, name: string): string => String(record.headers?.[name] ?? '')

/** Which claims are carried by what, as of the last transaction. */
export class Carriers {
  readonly #byClaim = new Map<string, Set<string>>()
  readonly #claimOf = new Map<string, string>()
  /** Places of records that are not consumed, by topic and partition. */
  readonly #open = new Map<string, Set<number>>()

  of(claim: string): readonly string[] {
    return [...(this.#byClaim.get(claim) ?? [])]
  }

  get isEmpty(): boolean {
    return this.#claimOf.size === 0
  }

  all(): readonly string[] {
    return [...this.#claimOf.keys()]
  }

  add(carrier: string, claim: string): void {
    this.remove(carrier)
    this.#claimOf.set(carrier, claim)
    const carriers = this.#byClaim.get(claim) ?? new Set()
    carriers.add(carrier)
    this.#byClaim.set(claim, carriers)
  }

  /** @returns the claim that it carried */
  remove(carrier: string): string | undefined {
    const claim = this.#claimOf.get(carrier)
    if (claim === undefined) return undefined
    this.#claimOf.delete(carrier)
    this.#byClaim.get(claim)?.delete(carrier)
    return claim
  }

  /** Records that carry a claim until somebody's positions move past them. */
  append({ topic, partition, records }: Send, { offset }: Appended, touched: Set<string>): void {
    const queue = `${topic}/${partition}`
    const open = this.#open.get(queue) ?? new Set()
    this.#open.set(queue, open)
    for (const [index, record] of records.entries()) {
      const claim = headerOf(record, 'claim')
      if (claim === '') continue
      open.add(offset + index)
      this.add(place(topic, partition, offset + index), claim)
      touched.add(claim)
    }
  }

  consume(topic: string, partition: number, next: number, touched: Set<string>): void {
    const open = this.#open.get(`${topic}/${partition}`)
    for (const offset of open ?? []) {
      if (offset >= next) continue
      open?.delete(offset)
      const claim = this.remove(place(topic, partition, offset))
      if (claim !== undefined) touched.add(claim)
    }
  }
}
