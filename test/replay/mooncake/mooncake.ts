// `npm run replay -- mooncake`: an hour of a production service, untouched. What is asked again exactly is found, and
// nothing else: requests that share a prefix, even all but the last block, are other work.
import { join } from 'node:path'
import { complete } from '@waybill/client/complete'
import { quantile } from '@waybill/routing/backtest/interval'
import type { Request } from '@waybill/schemas/generated/request'
import { answeredWith } from '../answered.ts'
import { august, catalogue2024 } from '../bfcl-azure/catalogue-2024.ts'
import { policyOf } from '../bfcl-azure/policy-2024.ts'
import { dataFolder, linesOf } from '../data-file.ts'
import { RouterWorld } from '../router-world.ts'

export const mooncakeFile = join(dataFolder, 'traces/mooncake-conversation.jsonl.gz')

interface Line {
  readonly timestamp: number
  readonly input_length: number
  readonly output_length: number
  readonly hash_ids: readonly number[]
}

export interface MooncakeResult {
  readonly requests: number
  readonly answered: number
  readonly calls: number
  /** Requests whose blocks and length were met before in the trace. */
  readonly repeats: number
  readonly repeatsPercent: number
  readonly found: number
  readonly wrongMerges: number
  readonly latencyS: { readonly p50: number; readonly p95: number; readonly p99: number }
}

/** Blocks and length stand for the prompt: equal ones are the same prompt, says the trace's own description. */
const promptOf = ({ hash_ids: blocks, input_length: length }: Line): string => `${blocks.join(' ')} / ${length}`

/** What an answer takes: a guess that only decides whether a repeat meets a call under way or a stored answer. */
const callMs = ({ output_length: tokens }: Line): number => 500 + 20 * tokens

const requestOf = (line: Line, at: number): Request =>
  complete({
    tenant: 'mooncake',
    id: `${at}`,
    latencyBudgetMs: 600_000,
    messages: [{ role: 'user', text: promptOf(line) }],
  })

export function replayMooncake(file: string = mooncakeFile): MooncakeResult {
  const lines = linesOf(file).map((line): Line => JSON.parse(line))
  const policy = policyOf(new Map(), 'mooncake')
  const latencies: number[] = []
  let [calls, found, wrongMerges] = [0, 0, 0]
  const lineOf = (id: string): Line => {
    const line = lines[Number(id)]
    if (line === undefined) throw new Error(`There is no request ${id}.`)
    return line
  }
  const world = new RouterWorld({
    catalogue: catalogue2024,
    policyFor: () => policy,
    call(dispatch, request) {
      calls += 1
      const line = lineOf(request.id)
      const billed = { inputTokens: line.input_length, outputTokens: line.output_length, costPicoUsd: 0 }
      return { afterMs: callMs(line), response: answeredWith(dispatch, promptOf(line), billed) }
    },
    onReply({ id, answer, duplicate }, at) {
      const line = lineOf(id)
      if (answer === null) return
      latencies.push((at - august - line.timestamp) / 1_000)
      if (answer.text !== promptOf(line)) wrongMerges += 1
      else if (duplicate !== 'none') found += 1
    },
  })
  for (const [at, line] of lines.entries()) world.request(august + line.timestamp, requestOf(line, at))
  world.run()
  const repeats = lines.length - new Set(lines.map(promptOf)).size
  const latencyS = { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), p99: quantile(latencies, 0.99) }
  const repeatsPercent = (100 * repeats) / Math.max(1, lines.length)
  return {
    requests: lines.length,
    answered: latencies.length,
    calls,
    repeats,
    repeatsPercent,
    found,
    wrongMerges,
    latencyS,
  }
}

/** For a person. */
export function mooncakePage(result: MooncakeResult): string {
  const { requests, answered, calls, repeats, repeatsPercent, found, wrongMerges } = result
  return [
    `${requests} requests, ${answered} answered by ${calls} calls.`,
    `Exact repeats in the trace: ${repeats} (${repeatsPercent.toFixed(2)} %). Found: ${found}. Wrong merges: ${wrongMerges}.`,
  ].join('\n')
}
