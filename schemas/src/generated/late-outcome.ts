// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Outcome } from './outcome.ts'
import type { RecordSchema } from '../record-schema.ts'

/** What a worker process that lost a partition still has to say about a call of its own. */
export interface LateOutcome {
  /** The attempt, claim.n. */
  readonly attempt: string
  /** What became of it; null while the call is held: still running, its process alive. */
  readonly outcome: Outcome | null
}

export const lateOutcomeRecord: RecordSchema<LateOutcome> = {
  name: 'LateOutcome',
  avro: '{"type":"record","namespace":"waybill","name":"LateOutcome","doc":"What a worker process that lost a partition still has to say about a call of its own.","fields":[{"name":"attempt","type":"string","doc":"The attempt, claim.n."},{"name":"outcome","type":["null",{"type":"record","namespace":"waybill","name":"Outcome","doc":"What became of one attempt, as the worker saw it.","fields":[{"name":"kind","type":{"type":"enum","namespace":"waybill","name":"OutcomeKind","doc":"What became of one attempt. ok: an answer of status 200; unbilled: a failure that is known to cost nothing; notSent: no call was made; ambiguous: a failure that may have been billed; orphan: the process that made the call is gone; limits: the owner\'s deadline had passed before the call.","symbols":["ok","unbilled","notSent","ambiguous","orphan","limits","other"],"default":"other"},"doc":"What became of it."},{"name":"failure","type":["null","string"],"default":null,"doc":"Failure class, one of a closed list; null when there was an answer."},{"name":"status","type":["null","int"],"default":null,"doc":"HTTP status, when one came."},{"name":"headers","type":{"type":"map","values":"string"},"doc":"The response headers that matter: rate limits, request id, retry-after."},{"name":"body","type":["null","bytes"],"default":null,"doc":"The response body as it came, cut at 4 MiB."},{"name":"retryAfterMs","type":["null","long"],"default":null,"doc":"How long the vendor asked to wait."},{"name":"coolDown","type":["null","string"],"default":null,"doc":"What should cool down: key, model or provider; null for nothing."},{"name":"startedAt","type":"long","doc":"When the attempt was taken up, epoch milliseconds."},{"name":"sentAt","type":["null","long"],"default":null,"doc":"When the call was sent, epoch milliseconds; null when it was not."},{"name":"endedAt","type":"long","doc":"When the outcome was known, epoch milliseconds."},{"name":"callMs","type":["null","double"],"default":null,"doc":"How long the call took, by a monotonic clock."},{"name":"ignored","type":{"type":"array","items":"string"},"doc":"Settings of the request that the target does not take."}]}],"default":null,"doc":"What became of it; null while the call is held: still running, its process alive."}]}',
}
