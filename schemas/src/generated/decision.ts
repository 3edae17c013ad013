// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Candidate } from './candidate.ts'
import type { DecisionKind } from './decision-kind.ts'
import type { Mode } from './mode.ts'
import type { RecordSchema } from '../record-schema.ts'

/** What the router did with one request record, and why. */
export interface Decision {
  /** What it did. */
  readonly kind: DecisionKind
  /** The chain that serves the request. */
  readonly claim: string | null
  /** Coordinates of the request record. */
  readonly request: string
  /** Who asked. */
  readonly tenant: string
  /** The request. */
  readonly id: string
  /** Content hash of the work. */
  readonly hash: string | null
  /** Why it was rejected or failed again. */
  readonly reason: string | null
  /** When, epoch milliseconds. */
  readonly at: number
  /** Append time of the request record. */
  readonly appendedAt: number
  /** The class that was used. */
  readonly taskClass: string | null
  /** declared or inferred, and by which feature. */
  readonly classSource: string | null
  /** The policy's tier. */
  readonly tier: string | null
  /** policy, default (the budget of 50 ms was overrun) or requested (the policy does not enforce). */
  readonly route: string | null
  /** The target that was chosen. */
  readonly target: string | null
  /** Under a policy that does not enforce: what it would have chosen. */
  readonly wouldChoose: string | null
  /** Every target that was looked at. */
  readonly candidates: readonly Candidate[]
  /** Version and hash of the policy. */
  readonly policy: string | null
  /** What may follow an unknown outcome. */
  readonly mode: Mode | null
  /** Calls of the claim so far that may have been billed and brought no answer. */
  readonly k: number
  /** Whether the target was chosen to learn about it. */
  readonly explored: boolean
  /** Whether the decision took longer than its budget. */
  readonly overran: boolean
  /** How long the decision took, in microseconds. */
  readonly tookUs: number
  /** Age of the newest latency statistics that were used. */
  readonly statsAgeMs: number | null
  /** Size of the request record. */
  readonly requestBytes: number
  /** Estimate of the input. */
  readonly expectedInputTokens: number
  /** Estimate of the output. */
  readonly expectedOutputTokens: number
  /** When the caller needs the reply, epoch milliseconds. */
  readonly deadline: number | null
  /** The caller's ceiling. */
  readonly costCeilingMicroUsd: number | null
  /** The model that savings are measured against. */
  readonly baselineModel: string | null
  /** Expected cost of the request there. */
  readonly baselinePicoUsd: number | null
  /** The window whose soft limit the tenant is over: hour, day or month. */
  readonly overSoftLimit: string | null
  /** Our account, of the chosen target. */
  readonly account: string | null
  /** Where the chosen target does the work. */
  readonly regions: readonly string[]
  /** The vendor's service tier of the chosen target, in its own word; null: none is asked for. */
  readonly serviceTier: string | null
}

export const decisionRecord: RecordSchema<Decision> = {
  name: 'Decision',
  avro: '{"type":"record","namespace":"waybill","name":"Decision","doc":"What the router did with one request record, and why.","fields":[{"name":"kind","type":{"type":"enum","namespace":"waybill","name":"DecisionKind","doc":"What the router did with one request record: routed (a call was chosen), heir (it inherited a chain that its owner\'s limits had ended), joined, replayed, redelivered and failedAgain (see DuplicateKind), rejected (a rule was broken, or no target was eligible).","symbols":["routed","heir","joined","replayed","redelivered","failedAgain","rejected","other"],"default":"other"},"doc":"What it did."},{"name":"claim","type":["null","string"],"default":null,"doc":"The chain that serves the request."},{"name":"request","type":"string","doc":"Coordinates of the request record."},{"name":"tenant","type":"string","doc":"Who asked."},{"name":"id","type":"string","doc":"The request."},{"name":"hash","type":["null","string"],"default":null,"doc":"Content hash of the work."},{"name":"reason","type":["null","string"],"default":null,"doc":"Why it was rejected or failed again."},{"name":"at","type":"long","doc":"When, epoch milliseconds."},{"name":"appendedAt","type":"long","doc":"Append time of the request record."},{"name":"taskClass","type":["null","string"],"default":null,"doc":"The class that was used."},{"name":"classSource","type":["null","string"],"default":null,"doc":"declared or inferred, and by which feature."},{"name":"tier","type":["null","string"],"default":null,"doc":"The policy\'s tier."},{"name":"route","type":["null","string"],"default":null,"doc":"policy, default (the budget of 50 ms was overrun) or requested (the policy does not enforce)."},{"name":"target","type":["null","string"],"default":null,"doc":"The target that was chosen."},{"name":"wouldChoose","type":["null","string"],"default":null,"doc":"Under a policy that does not enforce: what it would have chosen."},{"name":"candidates","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"Candidate","doc":"One target that the decision looked at.","fields":[{"name":"target","type":"string","doc":"Name in the catalogue."},{"name":"eligible","type":"boolean","doc":"Whether it could have been chosen."},{"name":"rank","type":"int","doc":"Place in the order, from 1; 0 when it is not eligible."},{"name":"rule","type":"string","doc":"The rule that put it where it is."},{"name":"detail","type":["null","string"],"default":null,"doc":"The figures behind the rule."},{"name":"p95Ms","type":["null","double"],"default":null,"doc":"The latency that was compared, in milliseconds."},{"name":"latencySource","type":["null","string"],"default":null,"doc":"Where that came from: sizeClass, target, prior, or underWay: calls that had not ended."},{"name":"samples","type":"int","doc":"Samples behind it."},{"name":"sampleAgeMs","type":["null","long"],"default":null,"doc":"Age of the newest of them, in milliseconds, up to 10 s less than it is where failures came after it; null where there is none."},{"name":"expectedPicoUsd","type":["null","long"],"default":null,"doc":"Expected cost of the request there."},{"name":"ceilingPicoUsd","type":["null","long"],"default":null,"doc":"Cost with the most output that may be asked for."}]}},"doc":"Every target that was looked at."},{"name":"policy","type":["null","string"],"default":null,"doc":"Version and hash of the policy."},{"name":"mode","type":["null",{"type":"enum","namespace":"waybill","name":"Mode","doc":"What happens after a call whose outcome is unknown: availability makes another, flagged; strict never does.","symbols":["availability","strict","other"],"default":"other"}],"default":null,"doc":"What may follow an unknown outcome."},{"name":"k","type":"int","doc":"Calls of the claim so far that may have been billed and brought no answer."},{"name":"explored","type":"boolean","doc":"Whether the target was chosen to learn about it."},{"name":"overran","type":"boolean","doc":"Whether the decision took longer than its budget."},{"name":"tookUs","type":"int","doc":"How long the decision took, in microseconds."},{"name":"statsAgeMs","type":["null","long"],"default":null,"doc":"Age of the newest latency statistics that were used."},{"name":"requestBytes","type":"int","doc":"Size of the request record."},{"name":"expectedInputTokens","type":"int","doc":"Estimate of the input."},{"name":"expectedOutputTokens","type":"int","doc":"Estimate of the output."},{"name":"deadline","type":["null","long"],"default":null,"doc":"When the caller needs the reply, epoch milliseconds."},{"name":"costCeilingMicroUsd","type":["null","long"],"default":null,"doc":"The caller\'s ceiling."},{"name":"baselineModel","type":["null","string"],"default":null,"doc":"The model that savings are measured against."},{"name":"baselinePicoUsd","type":["null","long"],"default":null,"doc":"Expected cost of the request there."},{"name":"overSoftLimit","type":["null","string"],"default":null,"doc":"The window whose soft limit the tenant is over: hour, day or month."},{"name":"account","type":["null","string"],"default":null,"doc":"Our account, of the chosen target."},{"name":"regions","type":{"type":"array","items":"string"},"default":[],"doc":"Where the chosen target does the work."},{"name":"serviceTier","type":["null","string"],"default":null,"doc":"The vendor\'s service tier of the chosen target, in its own word; null: none is asked for."}]}',
}
