// What others have said of answers, joined to the calls that brought them. Words are read first, then the decisions of a
// partition, which tell the claims of requests, then its costs, which tell what has answered.
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import { feedbackProblem } from '@waybill/schemas/feedback-problem'

/** Words that are kept at once; further ones are only counted. */
const mostWords = 500_000

/** One figure of a word: its score, else 1 for what was accepted and 0 for what was not. */
export const goodness = ({ accepted, score }: Feedback): number => score ?? (accepted === true ? 1 : 0)

type Named = Pick<Feedback, 'tenant' | 'id'>
const nameOf = ({ tenant, id }: Named): string => JSON.stringify([tenant, id])

export class Heard {
  words = 0
  /** Words with figures that cannot be, or with none. */
  unusable = 0
  /** Words beyond what is kept. */
  beyond = 0
  readonly #waiting = new Map<string, Map<string, Feedback>>()
  readonly #askers = new Map<string, Set<string>>()
  #kept = 0

  add(word: Feedback): void {
    this.words += 1
    if (feedbackProblem(word) !== null) {
      this.unusable += 1
      return
    }
    const name = nameOf(word)
    const said = this.#waiting.get(name) ?? new Map<string, Feedback>()
    const before = said.get(word.source)
    if (before === undefined && this.#kept >= mostWords) {
      this.beyond += 1
      return
    }
    if (before === undefined) this.#kept += 1
    if (before === undefined || word.at >= before.at) said.set(word.source, word)
    this.#waiting.set(name, said)
  }

  /** A request had part in a claim: the same one may have had part in several, of which one was answered. */
  meet({ claim, ...named }: Named & Pick<Decision, 'claim'>): void {
    const name = nameOf(named)
    if (claim === null || !this.#waiting.has(name)) return
    const askers = this.#askers.get(claim) ?? new Set()
    this.#askers.set(claim, askers.add(name))
  }

  /** All words on an answer of this claim, each given once. */
  take(claim: string): readonly Feedback[] {
    const askers = [...(this.#askers.get(claim) ?? [])]
    this.#askers.delete(claim)
    return askers.flatMap((name) => {
      const said = [...(this.#waiting.get(name)?.values() ?? [])]
      this.#waiting.delete(name)
      this.#kept -= said.length
      return said
    })
  }

  /** The costs of the partition are read. */
  settle(): void {
    this.#askers.clear()
  }

  /** Words on requests that have no answer here: unknown ids, rejected requests, or of another time. */
  get withoutAnswer(): number {
    return this.#kept
  }
}
