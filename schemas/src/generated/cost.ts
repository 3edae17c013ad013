// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { CostKind } from './cost-kind.ts'
import type { Target } from './target.ts'
import type { RecordSchema } from '../record-schema.ts'

/** What one provider call has cost: exactly one record a call. */
export interface Cost {
  /** The chain. */
  readonly claim: string
  /** Which attempt of it: with the claim it names the call. */
  readonly attempt: number
  /** Whose work it is. */
  readonly tenant: string
  /** The request under whose limits the call was made. */
  readonly id: string
  /** Content hash of the work. */
  readonly hash: string
  /** Where the call went. */
  readonly target: Target
  /** The model that the vendor says has answered. */
  readonly servedModel: string | null
  /** The vendor's own id of the call. */
  readonly providerRequestId: string | null
  /** Whether it was paid. */
  readonly kind: CostKind
  /** Failure class, when there was no usable answer. */
  readonly failure: string | null
  /** HTTP status, when one came. */
  readonly status: number | null
  /** Input neither read from nor written to a cache. */
  readonly inputTokens: number | null
  /** Input read from a cache. */
  readonly cachedInputTokens: number | null
  /** Input written to a cache. */
  readonly cacheWriteInputTokens: number | null
  /** All output. */
  readonly outputTokens: number | null
  /** The part of the output spent on reasoning. */
  readonly reasoningTokens: number | null
  /** Exact cost in 10^-12 US dollars; null when unknown. */
  readonly costPicoUsd: number | null
  /** Most that an unknown call can have cost. */
  readonly upperBoundPicoUsd: number | null
  /** Which price was used, since when it holds, when a person has checked it, and what a contract takes it times. */
  readonly priceVersion: string | null
  /** The model that savings are measured against. */
  readonly baselineModel: string | null
  /** What the same tokens would have cost there: an estimate. */
  readonly baselinePicoUsd: number | null
  /** How that estimate was made. */
  readonly baselineMethod: string | null
  /** The class of the work. */
  readonly taskClass: string
  /** backup, exploration, flagged (may repeat a billed call), repaired, drifted, unusable, late, beyondBound (billed for more than the request could cost). */
  readonly flags: readonly string[]
  /** The request's labels. */
  readonly labels: Readonly<Record<string, string>>
  /** Append time of the owner's record, epoch milliseconds. */
  readonly appendedAt: number
  /** When the call ended, epoch milliseconds. */
  readonly at: number
  /** How long it took. */
  readonly callMs: number | null
  /** The input by our own estimate, to learn from what the vendor has counted; null where media would spoil it. */
  readonly estimatedInputTokens: number | null
}

export const costRecord: RecordSchema<Cost> = {
  name: 'Cost',
  avro: '{"type":"record","namespace":"waybill","name":"Cost","doc":"What one provider call has cost: exactly one record a call.","fields":[{"name":"claim","type":"string","doc":"The chain."},{"name":"attempt","type":"int","doc":"Which attempt of it: with the claim it names the call."},{"name":"tenant","type":"string","doc":"Whose work it is."},{"name":"id","type":"string","doc":"The request under whose limits the call was made."},{"name":"hash","type":"string","doc":"Content hash of the work."},{"name":"target","type":{"type":"record","namespace":"waybill","name":"Target","doc":"Where a call goes: a provider\'s account, an API, one pinned model, and a service tier.","fields":[{"name":"id","type":"string","doc":"Name in the catalogue: provider/model, then +service-tier and @account where they are not the usual ones. For example openai/gpt-6-luna+flex@team-a."},{"name":"provider","type":"string","doc":"openai, anthropic or gemini."},{"name":"api","type":"string","doc":"Which of the provider\'s APIs: chatCompletions, responses, messages or generateContent."},{"name":"model","type":"string","doc":"The exact model id that is sent."},{"name":"tier","type":"string","doc":"The policy\'s tier that it was chosen from."},{"name":"account","type":"string","default":"default","doc":"Our account with the provider: whose key is used. The policy names those beside default."},{"name":"regions","type":{"type":"array","items":"string"},"default":[],"doc":"Where the account does the work, as the policy or else the catalogue has it."},{"name":"serviceTier","type":["null","string"],"default":null,"doc":"The vendor\'s service tier that is asked for, in its own word; null: none is."}]},"doc":"Where the call went."},{"name":"servedModel","type":["null","string"],"default":null,"doc":"The model that the vendor says has answered."},{"name":"providerRequestId","type":["null","string"],"default":null,"doc":"The vendor\'s own id of the call."},{"name":"kind","type":{"type":"enum","namespace":"waybill","name":"CostKind","doc":"paid: billed, the cost is exact; free: known to be unbilled; unknown: perhaps billed, at most the upper bound.","symbols":["paid","free","unknown","other"],"default":"other"},"doc":"Whether it was paid."},{"name":"failure","type":["null","string"],"default":null,"doc":"Failure class, when there was no usable answer."},{"name":"status","type":["null","int"],"default":null,"doc":"HTTP status, when one came."},{"name":"inputTokens","type":["null","long"],"default":null,"doc":"Input neither read from nor written to a cache."},{"name":"cachedInputTokens","type":["null","long"],"default":null,"doc":"Input read from a cache."},{"name":"cacheWriteInputTokens","type":["null","long"],"default":null,"doc":"Input written to a cache."},{"name":"outputTokens","type":["null","long"],"default":null,"doc":"All output."},{"name":"reasoningTokens","type":["null","long"],"default":null,"doc":"The part of the output spent on reasoning."},{"name":"costPicoUsd","type":["null","long"],"default":null,"doc":"Exact cost in 10^-12 US dollars; null when unknown."},{"name":"upperBoundPicoUsd","type":["null","long"],"default":null,"doc":"Most that an unknown call can have cost."},{"name":"priceVersion","type":["null","string"],"default":null,"doc":"Which price was used, since when it holds, when a person has checked it, and what a contract takes it times."},{"name":"baselineModel","type":["null","string"],"default":null,"doc":"The model that savings are measured against."},{"name":"baselinePicoUsd","type":["null","long"],"default":null,"doc":"What the same tokens would have cost there: an estimate."},{"name":"baselineMethod","type":["null","string"],"default":null,"doc":"How that estimate was made."},{"name":"taskClass","type":"string","doc":"The class of the work."},{"name":"flags","type":{"type":"array","items":"string"},"doc":"backup, exploration, flagged (may repeat a billed call), repaired, drifted, unusable, late, beyondBound (billed for more than the request could cost)."},{"name":"labels","type":{"type":"map","values":"string"},"default":{},"doc":"The request\'s labels."},{"name":"appendedAt","type":"long","doc":"Append time of the owner\'s record, epoch milliseconds."},{"name":"at","type":"long","doc":"When the call ended, epoch milliseconds."},{"name":"callMs","type":["null","double"],"default":null,"doc":"How long it took."},{"name":"estimatedInputTokens","type":["null","int"],"default":null,"doc":"The input by our own estimate, to learn from what the vendor has counted; null where media would spoil it."}]}',
}
