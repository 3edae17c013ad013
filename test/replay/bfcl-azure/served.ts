// Sends the stream through the router and looks at who was answered by what.
import { quantile } from '@waybill/routing/backtest/interval'
import type { Policy } from '@waybill/routing/policy/policy'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { answeredWith } from '../answered.ts'
import type { Ending } from '../router-world.ts'
import { RouterWorld } from '../router-world.ts'
import { august, catalogue2024, pool } from './catalogue-2024.ts'
import type { Prompt } from './reading.ts'
import type { Sent } from './stream.ts'
import { requestOf } from './stream.ts'

export interface Latency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface Duplicates {
  readonly injected: number
  readonly caught: number
  /** Replies with the answer to other work. */
  readonly wrongMerges: number
  /** What the caught ones would have cost. */
  readonly savedPicoUsd: number
}

export interface Served {
  readonly requests: number
  readonly answered: number
  readonly calls: number
  readonly spentPicoUsd: number
  readonly latencyS: Latency
  readonly duplicates: Duplicates
}

/** What stands in the text of an answer, so that a reply can be traced to the work that it answers: all that was asked. */
const markOf = ({ prompt: { category, question, tools }, pass }: Sent): string =>
  JSON.stringify([pass, category, question, tools])

export const latencyOf = (latenciesMs: readonly number[]): Latency => {
  const seconds = (share: number): number => quantile(latenciesMs, share) / 1_000
  return { p50: seconds(0.5), p95: seconds(0.95), p99: seconds(0.99) }
}

/** What became of the stream so far. */
class Book {
  readonly #byId: ReadonlyMap<string, Sent>
  readonly latencies: number[] = []
  calls = 0
  spentPicoUsd = 0
  answered = 0
  caught = 0
  wrongMerges = 0
  savedPicoUsd = 0

  constructor(sent: readonly Sent[]) {
    this.#byId = new Map(sent.map((each) => [each.id, each]))
  }

  call(dispatch: Dispatch, request: Request): Ending {
    const asked = this.#byId.get(request.id)
    const answer = asked?.prompt.answers[pool.indexOf(dispatch.target.model)]
    if (asked === undefined || answer === undefined) throw new Error(`Nothing is known of ${request.id}.`)
    this.calls += 1
    this.spentPicoUsd += answer.costPicoUsd
    return { afterMs: answer.latencyMs, response: answeredWith(dispatch, markOf(asked), answer) }
  }

  reply(reply: Reply, at: number): void {
    const asked = this.#byId.get(reply.id)
    if (asked === undefined || reply.answer === null) return
    this.answered += 1
    this.latencies.push(at - august - asked.at)
    if (reply.answer.text !== markOf(asked)) this.wrongMerges += 1
    else if (asked.isRetry && (reply.duplicate === 'joined' || reply.duplicate === 'replayed')) {
      this.caught += 1
      this.savedPicoUsd += asked.prompt.answers[pool.indexOf(reply.answer.target.model)]?.costPicoUsd ?? 0
    }
  }
}

/** @param policyOf the policy that was learned without this prompt */
export function serve(sent: readonly Sent[], policyOf: (prompt: Prompt) => Policy): Served {
  const book = new Book(sent)
  const policies = new Map(sent.map(({ id, prompt }) => [id, policyOf(prompt)]))
  const world = new RouterWorld({
    catalogue: catalogue2024,
    policyFor({ id }) {
      const policy = policies.get(id)
      if (policy === undefined) throw new Error(`There is no policy for ${id}.`)
      return policy
    },
    call: (dispatch, request) => book.call(dispatch, request),
    onReply: (reply, at) => {
      book.reply(reply, at)
    },
  })
  for (const each of sent) world.request(august + each.at, requestOf(each))
  world.run()
  const { answered, calls, spentPicoUsd, caught, wrongMerges, savedPicoUsd, latencies } = book
  return {
    requests: sent.length,
    answered,
    calls,
    spentPicoUsd,
    latencyS: latencyOf(latencies),
    duplicates: { injected: sent.filter(({ isRetry }) => isRetry).length, caught, wrongMerges, savedPicoUsd },
  }
}
