// The only place that names a topic.
import { costRecord } from './generated/cost.ts'
import { deadLetterRecord } from './generated/dead-letter.ts'
import { decisionRecord } from './generated/decision.ts'
import type { Dispatch } from './generated/dispatch.ts'
import { dispatchRecord } from './generated/dispatch.ts'
import type { LateOutcome } from './generated/late-outcome.ts'
import { lateOutcomeRecord } from './generated/late-outcome.ts'
import { feedbackRecord } from './generated/feedback.ts'
import { latencyStatsRecord } from './generated/latency-stats.ts'
import { normaliserStateRecord } from './generated/normaliser-state.ts'
import { replyRecord } from './generated/reply.ts'
import { requestRecord } from './generated/request.ts'
import { responseRecord } from './generated/response.ts'
import { resultRecord } from './generated/result.ts'
import { routerStateRecord } from './generated/router-state.ts'
import { spendRecord } from './generated/spend.ts'
import { statsStateRecord } from './generated/stats-state.ts'
import type { WorkerState } from './generated/worker-state.ts'
import { workerStateRecord } from './generated/worker-state.ts'
import type { RecordSchema } from './record-schema.ts'

/** The providers that there is a worker for. */
export const providers = ['openai', 'anthropic', 'gemini'] as const

const mebibyte = 1024 * 1024
/** Largest records, in bytes: a request; a provider's body; whatever carries a dispatch or a body. */
export const sizes = { request: mebibyte, body: 4 * mebibyte, carrier: 8 * mebibyte } as const

const hour = 3_600_000
const day = 24 * hour

/** One row of the topic table. */
export interface Topic<Value = unknown> {
  /** The name, without the deployment's prefix. */
  readonly name: string
  /** What the record key is. */
  readonly key: string
  /** The schema of its values: its subject is the full topic name and `-value`. */
  readonly value: RecordSchema<Value>
  /** Compact topics keep the newest record of each key for ever; the others delete by age. */
  readonly cleanup: 'delete' | 'compact'
  /** How long records are kept, in milliseconds; null where only compaction removes. */
  readonly retentionMs: number | null
  /** Largest record batch, in bytes. */
  readonly maxMessageBytes: number
  /** A segment is closed at this age: only closed ones are compacted or deleted. */
  readonly segmentMs: number
  readonly segmentBytes: number
  /** Whether it holds prompts or answers, and must therefore not outlive `contentMaxAge`. */
  readonly content: boolean
  /** What it holds, in one line. */
  readonly doc: string
}

const log = <Value>(
  name: string,
  key: string,
  value: RecordSchema<Value>,
  doc: string,
  rest: Partial<Topic<Value>> = {},
): Topic<Value> => ({
  name,
  key,
  value,
  cleanup: 'delete',
  retentionMs: day,
  maxMessageBytes: sizes.carrier,
  segmentMs: hour,
  segmentBytes: 64 * mebibyte,
  content: true,
  doc,
  ...rest,
})

const compacted = { cleanup: 'compact', retentionMs: null, segmentMs: 600_000, segmentBytes: 16 * mebibyte } as const

const changelog = <Value>(group: string, value: RecordSchema<Value>): Topic<Value> =>
  log(`${group}.changelog`, 'entry', value, `State and input positions of ${group}.`, { ...compacted })

const hash = 'content hash'

export const requests = log('requests', hash, requestRecord, 'The requests.', { maxMessageBytes: 2 * mebibyte })
export const rekeyed = log(
  'requests.rekeyed',
  hash,
  requestRecord,
  "Requests that arrived on another partition than their hash's.",
  {
    maxMessageBytes: 2 * mebibyte,
  },
)
export const results = log('provider.results', hash, resultRecord, 'What became of each attempt.')
export const latencyStats = log(
  'latency-stats',
  'target/size class/shard, or …/calls-partition',
  latencyStatsRecord,
  'Rolling latency by target, and since when calls hang.',
  {
    ...compacted,
    content: false,
    maxMessageBytes: mebibyte,
  },
)
export const spend = log('spend', 'window/partition/tenant', spendRecord, "What is used of tenants' budgets.", {
  ...compacted,
  content: false,
  maxMessageBytes: mebibyte,
})
/** Smaller than replies: a reply holds its response and the request's metadata, and must always fit. */
export const responses = log(
  'responses',
  hash,
  responseRecord,
  'How each chain of attempts ended: one record a claim.',
  {
    maxMessageBytes: 6 * mebibyte,
  },
)
export const replies = log('replies', 'tenant/id', replyRecord, 'How each request ended: one record a request.')
export const decisions = log('decisions', 'claim', decisionRecord, 'What the router did with each request, and why.', {
  retentionMs: 30 * day,
  content: false,
  maxMessageBytes: mebibyte,
})
export const costs = log('costs', 'claim', costRecord, 'What each provider call has cost.', {
  retentionMs: 400 * day,
  content: false,
  maxMessageBytes: mebibyte,
})
/** As long as decisions, which tell whose answer it was. */
export const feedback = log('feedback', 'tenant/id', feedbackRecord, 'What others say of answers.', {
  retentionMs: 30 * day,
  content: false,
  maxMessageBytes: mebibyte,
})
export const deadLetters = log('dead-letters', 'as found', deadLetterRecord, 'Records that could not be processed.', {
  retentionMs: day,
})

/** The orders to one provider's workers. */
export const dispatches = (provider: string): Topic<Dispatch> =>
  log(`provider.${provider}.requests`, hash, dispatchRecord, `Attempts to make at ${provider}.`)
/** What a process that lost a partition still has to say about its running calls. */
export const late = (provider: string): Topic<LateOutcome> =>
  log(`provider.${provider}.late`, hash, lateOutcomeRecord, `Late outcomes of calls to ${provider}.`)

export const routerChangelog = changelog('router', routerStateRecord)
export const workerChangelog = (provider: string): Topic<WorkerState> =>
  changelog(`worker.${provider}`, workerStateRecord)
export const normaliserChangelog = changelog('normaliser', normaliserStateRecord)
export const statsChangelog = changelog('stats', statsStateRecord)

/** Every topic of a deployment with these providers. */
export const topics = (served: readonly string[] = providers): readonly Topic[] => [
  requests,
  rekeyed,
  ...served.flatMap((provider) => [dispatches(provider), late(provider), workerChangelog(provider)]),
  results,
  latencyStats,
  spend,
  responses,
  replies,
  decisions,
  costs,
  feedback,
  deadLetters,
  routerChangelog,
  normaliserChangelog,
  statsChangelog,
]
