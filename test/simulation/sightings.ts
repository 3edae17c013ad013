// What a run has met, read from what its services have written: for the coverage, and for nothing else.
import type { Topic } from '@waybill/schemas/topics'
import { decisions, late, replies, results } from '@waybill/schemas/topics'
import type { Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Coverage } from './coverage.ts'
import { served } from './history.ts'

const lateTopics: ReadonlySet<string> = new Set(served.map((provider) => late(provider).name))
const [anyProvider] = served

export class Sightings {
  readonly #codec: Codec
  readonly #coverage: Coverage

  constructor(codec: Codec, coverage: Coverage) {
    this.#codec = codec
    this.#coverage = coverage
  }

  written({ topic, records }: Send): void {
    for (const { value } of records) {
      if (topic === decisions.name) this.#coverage.countIfKnown(`decision: ${this.#read(decisions, value)?.kind}`)
      else if (topic === replies.name) this.#coverage.countIfKnown(`reply: ${this.#read(replies, value)?.reason}`)
      else if (topic === results.name) this.#result(value)
      else if (lateTopics.has(topic)) this.#late(value)
    }
  }

  #read<Value>(topic: Topic<Value>, bytes: Buffer | null): Value | undefined {
    const decoded = this.#codec.decode(topic.value, bytes)
    return decoded.kind === 'value' ? decoded.value : undefined
  }

  #result(value: Buffer | null): void {
    const outcome = this.#read(results, value)?.outcome
    if (outcome === undefined) return
    this.#coverage.countIfKnown(`result: ${outcome.kind}`)
    if (outcome.kind === 'notSent') this.#coverage.countIfKnown(`not sent: ${outcome.failure}`)
  }

  #late(value: Buffer | null): void {
    const said = this.#read(late(anyProvider), value)
    if (said !== undefined) this.#coverage.count(said.outcome === null ? 'late: held' : 'late: outcome')
  }
}
