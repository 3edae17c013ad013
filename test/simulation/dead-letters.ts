// What cannot be processed: each such record has one dead letter, and none has one without a cause.
import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import { deadLetters, dispatches, late, responses, results } from '@waybill/schemas/topics'
import type { Appended, OutgoingRecord, Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Happening } from './coverage.ts'
import { served } from './history.ts'

/** A value that was damaged on its way, or never was one. */
export const damagedValue = Buffer.from('damaged')

/** What it is called if a record of this topic is damaged on its way. */
export function damageOf(topic: string): Happening | undefined {
  if (topic === results.name) return 'damaged: result'
  if (topic === responses.name) return 'damaged: response'
  if (served.some((provider) => topic === dispatches(provider).name)) return 'damaged: dispatch'
  return served.some((provider) => topic === late(provider).name) ? 'damaged: late' : undefined
}

export interface DeadLettersOptions {
  readonly codec: Codec
  /** For how long nobody has reached the registry. */
  readonly registryDownMs: () => number
  readonly violated: (what: string) => void
  readonly found: (letter: DeadLetter) => void
}

export class DeadLetters {
  readonly #options: DeadLettersOptions
  readonly #bad = new Set<string>()
  readonly #letters = new Map<string, number>()

  constructor(options: DeadLettersOptions) {
    this.#options = options
  }

  written({ topic, partition, records }: Send, { offset }: Appended): void {
    if (topic === deadLetters.name) for (const record of records) this.#letter(record)
    for (const [index, { value }] of records.entries())
      if (value?.equals(damagedValue) === true) this.#bad.add(`${topic}/${partition}/${offset + index}`)
  }

  #letter({ value }: OutgoingRecord): void {
    const { codec, violated, found } = this.#options
    const decoded = codec.decode(deadLetters.value, value)
    if (decoded.kind !== 'value') return
    const letter = decoded.value
    const { topic, partition, offset, reason, stage, detail } = letter
    const place = `${topic}/${partition}/${offset}`
    const letters = (this.#letters.get(place) ?? 0) + 1
    this.#letters.set(place, letters)
    if (letters > 1) violated(`Dead letter: ${letters} of ${place}, the last by ${stage}`)
    if (!this.#bad.has(place) && reason !== 'too_large' && !this.#isOfRegistry(reason))
      violated(`Dead letter: ${place}, which is sound, could not be processed by ${stage}: ${reason} ${detail ?? ''}`)
    found(letter)
  }

  /** Half a minute is waited for a schema. */
  #isOfRegistry(reason: string): boolean {
    return reason === 'schema_unavailable' && this.#options.registryDownMs() >= 29_000
  }

  /** Bad records that nobody has given up yet. */
  get owed(): readonly string[] {
    return [...this.#bad].filter((place) => !this.#letters.has(place)).map((place) => `Dead letter: none of ${place}`)
  }
}
