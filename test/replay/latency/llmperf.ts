// Calls to real providers, in the order in which they were made: bursts of 429, and a call that hung for 100 seconds.
// Every second is one call of each provider's sequence; who asks in that second gets what that call got.
import { join } from 'node:path'
import { DataError, textOf } from '../data-file.ts'
import type { Behaviour, Endpoint } from './arena.ts'
import { runArena } from './arena.ts'
import { figuresOf, othersOf } from './choices.ts'
import type { ModelReplay } from './thefastest.ts'

interface Call {
  readonly error_code: number | null
  readonly end_to_end_latency_s: number | null
  readonly provider_model: string
}

const callMs = 1_000
const everyMs = 200
/** How long a refusal takes where nobody has written it down. */
const refusalMs = 300

function behaviourOf({ error_code: code, end_to_end_latency_s: seconds }: Call): Behaviour {
  const ms = (seconds ?? 0) * 1_000
  if (code === null) return { ms, outcome: 'ok' }
  return { ms: Math.max(ms, refusalMs), outcome: code === 429 ? 'rateLimited' : 'failed' }
}

export function replayLlmperf(folder: string): readonly ModelReplay[] {
  const calls: readonly Call[] = JSON.parse(textOf(join(folder, 'llmperf-2023-12.json.gz')))
  const models = new Map<string, Map<string, Behaviour[]>>()
  for (const call of calls) {
    const [provider = '', model = ''] = call.provider_model.split('_')
    const own = models.get(model) ?? new Map<string, Behaviour[]>()
    own.set(provider, [...(own.get(provider) ?? []), behaviourOf(call)])
    models.set(model, own)
  }
  if (models.size === 0) throw new DataError(`${folder} has no calls.`)
  return [...models].map(([model, providers]) => {
    const endpoints = new Map(
      [...providers].map(([provider, own]): [string, Endpoint] => [
        `${provider}/${model}`,
        (at) => own[Math.floor(at / callMs) % own.length] ?? null,
      ]),
    )
    const length = (Math.max(...[...providers.values()].map((own) => own.length)) * callMs) / everyMs
    const arrivals = Array.from({ length }, (_, at) => at * everyMs)
    const options = { endpoints, arrivals, failureScope: 'model', exploration: 0.02 } as const
    const waybill = figuresOf(runArena(options))
    const endedOnly = figuresOf(runArena({ ...options, endedOnly: true }))
    return { name: `llama-2-${model}`, endpoints: endpoints.size, waybill, endedOnly, ...othersOf(endpoints, arrivals) }
  })
}
