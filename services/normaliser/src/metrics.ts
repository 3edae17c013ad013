// What the normaliser tells in figures: what calls have brought and cost, as it was committed.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { costs, dispatches, providers } from '@waybill/schemas/topics'
import { onWritten } from '@waybill/runtime/observability/channels'
import { genAiProvider } from '@waybill/runtime/observability/metrics/gen-ai'
import type { Meters, MetricTable } from '@waybill/runtime/observability/metrics/metric'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'

export const normaliserMetrics = {
  answers: {
    name: 'waybill_normaliser_answers_total',
    help: 'Calls by what they brought. outcome: ok, repaired (valid only after a repair), or the class of the failure.',
    type: 'counter',
    labels: ['provider', 'model', 'outcome'],
    unit: '',
  },
  drifted: {
    name: 'waybill_normaliser_drifted_answers_total',
    help: 'Answers that another model has given than the one that was pinned.',
    type: 'counter',
    labels: ['provider', 'model'],
    unit: '',
  },
  late: {
    name: 'waybill_normaliser_late_calls_total',
    help: "Calls that ended after their request's deadline.",
    type: 'counter',
    labels: ['provider', 'model'],
    unit: '',
  },
  backups: {
    name: 'waybill_normaliser_backups_total',
    help: 'Chains that went on at another target, by that target.',
    type: 'counter',
    labels: ['provider', 'model'],
    unit: '',
  },
  tokenUsage: {
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a call, all input and all output. Calls whose tokens are not known are not counted.',
    type: 'histogram',
    labels: ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'gen_ai_token_type'],
    unit: 'tokens',
    buckets: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
  },
  tokens: {
    name: 'waybill_normaliser_tokens_total',
    help: 'Tokens by how they are priced: input, cached_input, cache_write_input, output. reasoning is a part of output.',
    type: 'counter',
    labels: ['provider', 'model', 'type'],
    unit: 'tokens',
  },
  cost: {
    name: 'waybill_normaliser_cost_usd_total',
    help: 'Cost of paid calls in US dollars; exact sums stand in the topic costs.',
    type: 'counter',
    labels: ['provider', 'model'],
    unit: 'usd',
  },
  unknownCost: {
    name: 'waybill_normaliser_unknown_cost_usd_total',
    help: 'The most that calls can have cost of which nobody knows whether they were billed, in US dollars.',
    type: 'counter',
    labels: ['provider', 'model'],
    unit: 'usd',
  },
} as const satisfies MetricTable

type NormaliserMeters = Meters<typeof normaliserMetrics>

/** The normaliser has written the value with the schema of its topic. */
const isCost = (topic: string, _value: unknown): _value is Cost => topic === costs.name
const dispatchTopics = new Set(providers.map((provider) => dispatches(provider).name))
const isDispatch = (topic: string, _value: unknown): _value is Dispatch => dispatchTopics.has(topic)

const usd = (picoUsd: number): number => picoUsd / 1e12

function countCost(meters: NormaliserMeters, cost: Cost): void {
  const { target, failure, flags, costPicoUsd, upperBoundPicoUsd, kind } = cost
  const { provider, model } = target
  meters.answers(1, provider, model, failure ?? (flags.includes('repaired') ? 'repaired' : 'ok'))
  if (flags.includes('drifted')) meters.drifted(1, provider, model)
  if (flags.includes('late')) meters.late(1, provider, model)
  if (kind === 'paid') meters.cost(usd(costPicoUsd ?? 0), provider, model)
  if (kind === 'unknown') meters.unknownCost(usd(upperBoundPicoUsd ?? 0), provider, model)
  countTokens(meters, cost)
}

function countTokens(meters: NormaliserMeters, cost: Cost): void {
  const { provider, model } = cost.target
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens } = cost
  const parts = {
    input: inputTokens,
    cached_input: cachedInputTokens,
    cache_write_input: cacheWriteInputTokens,
    output: outputTokens,
    reasoning: reasoningTokens,
  }
  for (const [type, tokens] of Object.entries(parts)) if (tokens !== null) meters.tokens(tokens, provider, model, type)
  const vendor = genAiProvider(provider)
  if (inputTokens !== null)
    meters.tokenUsage(
      inputTokens + (cachedInputTokens ?? 0) + (cacheWriteInputTokens ?? 0),
      'chat',
      vendor,
      model,
      'input',
    )
  if (outputTokens !== null) meters.tokenUsage(outputTokens, 'chat', vendor, model, 'output')
}

/** Counts from now on. */
export function measureNormaliser(metrics: Metrics): void {
  const meters = metrics.meters(normaliserMetrics)
  onWritten('normaliser', (topic, value) => {
    if (isCost(topic, value)) countCost(meters, value)
    else if (isDispatch(topic, value)) meters.backups(1, value.target.provider, value.target.model)
  })
}
