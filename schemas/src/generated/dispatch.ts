// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Mode } from './mode.ts'
import type { Target } from './target.ts'
import type { RecordSchema } from '../record-schema.ts'

/** An order to make one attempt of a chain. */
export interface Dispatch {
  /** The chain: coordinates of the record that started it, for example requests/3/1207. */
  readonly claim: string
  /** Which attempt of the chain this is, from 1. claim.attempt names the attempt. */
  readonly attempt: number
  /** Content hash of the work, lower-case hex. */
  readonly hash: string
  /** Whose work it is. */
  readonly tenant: string
  /** Id of the request under whose limits the chain runs. */
  readonly owner: string
  /** Calls of this claim so far that are not known to be unbilled and brought no answer. */
  readonly k: number
  /** Whether this call may repeat one that was billed. */
  readonly flagged: boolean
  /** What may follow an unknown outcome. */
  readonly mode: Mode
  /** Where the call goes. */
  readonly target: Target
  /** Equivalent targets for the attempts after this one, best first. */
  readonly backups: readonly Target[]
  /** How many of them may still be used. */
  readonly backupsAllowed: number
  /** Append time of the owner's record, epoch milliseconds. */
  readonly appendedAt: number
  /** When the call must have started, epoch milliseconds; later it goes to a backup. */
  readonly startBy: number
  /** When the owner needs the answer, epoch milliseconds. */
  readonly deadline: number
  /** The owner's ceiling for one answer. */
  readonly costCeilingMicroUsd: number | null
  /** Most tokens of output to ask the vendor for. */
  readonly maxOutputTokens: number
  /** Estimate that the decision used. */
  readonly expectedInputTokens: number
  /** Estimate that the decision used. */
  readonly expectedOutputTokens: number
  /** Estimate of the input before any vendor's ratio; null where media would spoil it. */
  readonly estimatedInputTokens: number | null
  /** The class that the decision used, declared or inferred. */
  readonly taskClass: string
  /** The model that savings are measured against. */
  readonly baselineModel: string
  /** Version and hash of the policy that decided. */
  readonly policy: string
  /** Whether the target was chosen to learn about it. */
  readonly explored: boolean
  /** What the chain's attempts before this one have cost. */
  readonly spentPicoUsd: number
  /** The most that those of unknown outcome among them have cost; null where nobody knows. */
  readonly unknownPicoUsd: number | null
  /** The request record as it was produced: magic byte, schema id, Avro. */
  readonly request: Uint8Array
}

export const dispatchRecord: RecordSchema<Dispatch> = {
  name: 'Dispatch',
  avro: '{"type":"record","namespace":"waybill","name":"Dispatch","doc":"An order to make one attempt of a chain.","fields":[{"name":"claim","type":"string","doc":"The chain: coordinates of the record that started it, for example requests/3/1207."},{"name":"attempt","type":"int","doc":"Which attempt of the chain this is, from 1. claim.attempt names the attempt."},{"name":"hash","type":"string","doc":"Content hash of the work, lower-case hex."},{"name":"tenant","type":"string","doc":"Whose work it is."},{"name":"owner","type":"string","doc":"Id of the request under whose limits the chain runs."},{"name":"k","type":"int","doc":"Calls of this claim so far that are not known to be unbilled and brought no answer."},{"name":"flagged","type":"boolean","doc":"Whether this call may repeat one that was billed."},{"name":"mode","type":{"type":"enum","namespace":"waybill","name":"Mode","doc":"What happens after a call whose outcome is unknown: availability makes another, flagged; strict never does.","symbols":["availability","strict","other"],"default":"other"},"doc":"What may follow an unknown outcome."},{"name":"target","type":{"type":"record","namespace":"waybill","name":"Target","doc":"Where a call goes: a provider\'s account, an API, one pinned model, and a service tier.","fields":[{"name":"id","type":"string","doc":"Name in the catalogue: provider/model, then +service-tier and @account where they are not the usual ones. For example openai/gpt-6-luna+flex@team-a."},{"name":"provider","type":"string","doc":"openai, anthropic or gemini."},{"name":"api","type":"string","doc":"Which of the provider\'s APIs: chatCompletions, responses, messages or generateContent."},{"name":"model","type":"string","doc":"The exact model id that is sent."},{"name":"tier","type":"string","doc":"The policy\'s tier that it was chosen from."},{"name":"account","type":"string","default":"default","doc":"Our account with the provider: whose key is used. The policy names those beside default."},{"name":"regions","type":{"type":"array","items":"string"},"default":[],"doc":"Where the account does the work, as the policy or else the catalogue has it."},{"name":"serviceTier","type":["null","string"],"default":null,"doc":"The vendor\'s service tier that is asked for, in its own word; null: none is."}]},"doc":"Where the call goes."},{"name":"backups","type":{"type":"array","items":"waybill.Target"},"doc":"Equivalent targets for the attempts after this one, best first."},{"name":"backupsAllowed","type":"int","doc":"How many of them may still be used."},{"name":"appendedAt","type":"long","doc":"Append time of the owner\'s record, epoch milliseconds."},{"name":"startBy","type":"long","doc":"When the call must have started, epoch milliseconds; later it goes to a backup."},{"name":"deadline","type":"long","doc":"When the owner needs the answer, epoch milliseconds."},{"name":"costCeilingMicroUsd","type":["null","long"],"default":null,"doc":"The owner\'s ceiling for one answer."},{"name":"maxOutputTokens","type":"int","doc":"Most tokens of output to ask the vendor for."},{"name":"expectedInputTokens","type":"int","doc":"Estimate that the decision used."},{"name":"expectedOutputTokens","type":"int","doc":"Estimate that the decision used."},{"name":"estimatedInputTokens","type":["null","int"],"default":null,"doc":"Estimate of the input before any vendor\'s ratio; null where media would spoil it."},{"name":"taskClass","type":"string","doc":"The class that the decision used, declared or inferred."},{"name":"baselineModel","type":"string","doc":"The model that savings are measured against."},{"name":"policy","type":"string","doc":"Version and hash of the policy that decided."},{"name":"explored","type":"boolean","doc":"Whether the target was chosen to learn about it."},{"name":"spentPicoUsd","type":"long","doc":"What the chain\'s attempts before this one have cost."},{"name":"unknownPicoUsd","type":["null","long"],"default":null,"doc":"The most that those of unknown outcome among them have cost; null where nobody knows."},{"name":"request","type":"bytes","doc":"The request record as it was produced: magic byte, schema id, Avro."}]}',
}
