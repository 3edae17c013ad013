// Requests as they would have come: arrivals of the traces, prompts of the set, and callers who ask again.
import { complete } from '@waybill/client/complete'
import { dice } from '@waybill/routing/backtest/portfolio'
import type { Request } from '@waybill/schemas/generated/request'
import type { Prompt } from './reading.ts'

/** One request of the stream. */
export interface Sent {
  readonly at: number
  readonly id: string
  readonly prompt: Prompt
  /** How often the whole set had been asked before: the same prompt in another pass is other work. */
  readonly pass: number
  readonly isRetry: boolean
}

/** Of requests, in which the caller asks again: what the replay is told to inject. */
const retryShare = 0.046
/** Half of them while the first call still runs, half within ten minutes. */
const retryDelaysMs = [400, 600_000] as const

/** Fisher and Yates. */
function shuffled(length: number, roll: () => number): readonly number[] {
  const order = Array.from({ length }, (_, at) => at)
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(roll() * (at + 1))
    const [one = 0, two = 0] = [order[at], order[other]]
    order[at] = two
    order[other] = one
  }
  return order
}

/** Each pass is a permutation of all prompts of its own, so that every prompt is asked about equally often. */
export function streamOf(prompts: readonly Prompt[], arrivals: readonly number[], seed: number): readonly Sent[] {
  const roll = dice(seed)
  const sent: Sent[] = []
  let order: readonly number[] = []
  for (const [at, arrival] of arrivals.entries()) {
    const place = at % prompts.length
    if (place === 0) order = shuffled(prompts.length, roll)
    const prompt = prompts[order[place] ?? 0]
    if (prompt === undefined) continue
    const first = { at: arrival, id: `${at}`, prompt, pass: Math.floor(at / prompts.length), isRetry: false }
    sent.push(first)
    if (roll() >= retryShare) continue
    const most = retryDelaysMs[roll() < 0.5 ? 0 : 1]
    sent.push({ ...first, at: arrival + 1 + Math.floor(roll() * most), id: `${at}-again`, isRetry: true })
  }
  return sent
}

/** How long a caller of the replay waits. */
const latencyBudgetMs = 120_000

export const requestOf = ({ id, prompt, pass }: Sent): Request =>
  complete({
    tenant: 'replay',
    id,
    latencyBudgetMs,
    taskClass: prompt.category,
    // Independent samples of one prompt: what the request shape has this member for.
    sampleIndex: pass,
    messages: [{ role: 'user', text: prompt.question }],
    tools: prompt.tools,
  })
