// The closed list of reasons: what each means, and what to do, for someone who has just been woken up.
import type { FailureClass } from '@waybill/providers/failure'
import type { UnsentReason } from '@waybill/providers/unsent'
import type { ReplyStatus } from '@waybill/schemas/generated/reply-status'

type Words = Readonly<Record<string, string>>

/** Why a request is rejected: no call is made for it. */
const rejections: Words = {
  invalid_request: 'The request broke a rule; the detail names the field. The caller has to send it corrected.',
  key_reused: 'The idempotency key came with another body before. The caller has to use a new key for new work.',
  unreadable: 'The record is no request: its bytes are not Avro with a schema that fits. Look at its producer.',
  wrong_home: 'Services with different partition counts or builds run side by side. Run "waybill doctor".',
  budget_exceeded:
    'The tenant has used its budget. The detail names the limit and when it resets; the policy sets it, under budgets.',
  no_target: 'The tier of this task class has no targets. Check the policy: "waybill policy check".',
  constraints:
    'No target was left in the providers, accounts, regions and retention that the request or the policy allows.',
  capability: 'No target of the tier can do what the request needs, such as images or a forced tool.',
  limits:
    'The request has more tools, stop sequences or images than any target of the tier takes, or parts of a kind that none takes.',
  schema: 'No target of the tier can be given the output schema or the schema of a tool.',
  affinity: 'The conversation holds parts that only one vendor understands, and that vendor was out.',
  retired: 'The targets that were left are retired by their vendor. Update the policy.',
  price: 'Nobody knows what the targets cost. Update the catalogue.',
  context: 'The prompt, or the output that is asked for, does not fit any target.',
  cost_ceiling: 'Every target could cost more than the ceiling. Raise costCeilingMicroUsd, or lower maxOutputTokens.',
  cooling_down:
    "Every target is to be left alone after failures or rate limits. Look at the vendor's status page, and when each comes back.",
}

/** Why a request that was taken on has no answer, where no single attempt is the reason. */
const endings: Words = {
  cost_ceiling:
    'An attempt brought nothing, and what is left of costCeilingMicroUsd pays for no backup. Raise it, or lower maxOutputTokens.',
  no_target: 'Nobody was left to ask after what was tried before. Look at the attempts, and at the policy.',
  step_failed:
    'A service could not process a record of the request: a fault of ours. Look at dead-letters, and its log.',
  request_unreadable: 'The record of the request is gone or can no longer be read. Check the retention of requests.',
  result_unreadable: "A worker's result could not be read. Look at dead-letters, and at the versions of the services.",
  response_unreadable:
    "A normaliser's response could not be read. Look at dead-letters, and at the versions of the services.",
  outcome_unknown:
    'A call was cut off, and nobody knows whether it was billed. In strict mode no other is made: see the upper bound.',
  orphan:
    'The worker that made the call is gone, and nobody knows what became of it. See the upper bound, and why the worker died.',
  answer_lost:
    'The answer was made, and its record is gone or unreadable. Check the retention of responses; a new id asks again.',
}

/** Why an attempt brought nothing: the reason of the last one is that of the reply. */
const attempts: Readonly<Record<FailureClass | UnsentReason, string>> = {
  rate_limited:
    'The vendor refused for its rate limit, and so did the backups. Ask for a higher limit, or allow other targets.',
  quota: "The account's quota or balance at the vendor is used up. Somebody has to pay, or raise it.",
  auth: 'The vendor refuses the key. Check it where the worker runs: expired, revoked, or of another project.',
  config: 'The vendor does not know the model, or the account may not use it. Check the policy against the account.',
  input_too_long:
    'The prompt is too long for the model. The caller has to shorten it, or the policy has to offer a larger one.',
  invalid_request: 'The vendor refused to run the request as it is. The caller has to send it corrected.',
  content_filter: "A filter of the vendor's declined the request. No other target is asked.",
  overloaded: "The vendor was overloaded, and so were the backups. Look at the vendor's status page.",
  server_error: "The vendor failed, and so did the backups. Look at the vendor's status page.",
  gateway_error:
    "Something before the vendor failed, and whether the call behind it was billed is not known. Look at proxies, and at the vendor's status page.",
  unexpected_status:
    'The vendor answered with a status that this build does not know, and may have billed. The attempts show it.',
  connect_failed: "The vendor could not be reached. Look at the worker's network, its proxy, and WAYBILL_…_URL.",
  tls_failed:
    "The connection to the vendor is not trusted. Look at the worker's clock, its certificates and its proxy.",
  timeout: 'The vendor did not answer in time, and whether it billed is not known.',
  connection_reset:
    'The connection broke, and whether the vendor billed is not known. Look at the network to the vendor.',
  body_cut: 'The connection broke in the middle of the answer, which the vendor may have billed.',
  body_too_large: 'The answer was larger than Waybill takes, and may have been billed. Lower maxOutputTokens.',
  unreadable_answer:
    'Status 200 came with something that is no answer of this API. Check WAYBILL_…_URL and whatever stands before the vendor.',
  provider_error: "The vendor sent an error in an answer of status 200. Look at the vendor's status page.",
  malformed_call: 'The model began a tool call that is none. Try a stronger tier for this task class.',
  unknown_tool: 'The model called a tool that it was not given. Try a stronger tier for this task class.',
  tool_args_invalid:
    "A tool call's arguments did not satisfy the tool's schema. Try a stronger tier for this task class.",
  empty_answer: 'The model stopped without saying anything, and the vendor bills that. Try a stronger tier.',
  incomplete_answer: 'The vendor stopped half-way without an answer to show. Look at maxOutputTokens.',
  schema_mismatch: 'The answer did not satisfy the output schema. Try a stronger tier for this task class.',
  schema_timeout:
    'Checking the answer against its schema took too long. The caller has to send a simpler schema: patterns are the usual cause.',
  deadline:
    'No answer came within the latency budget. The times show where it went; a larger budget or a faster tier helps.',
  no_permit:
    'No call slot came free in time for the call to be made. Run more workers, raise WAYBILL_PERMITS, or give a larger latency budget.',
  send_by:
    'The call could not be made soon enough after it was announced, so it was not made. The worker is short of CPU, or was stopped for a while.',
  stopping: 'The worker was stopping, so it made no call, and no backup was left.',
  no_account:
    'The worker has no key for the account that the policy names. "waybill doctor" names the setting; then start the worker anew.',
  unreadable_dispatch:
    'A worker could not read its order, so no call was made. Look at the versions of the services: "waybill doctor".',
  unreadable_request:
    'A worker could not read the request, so no call was made. Look at the versions of the services: "waybill doctor".',
  too_large: 'The request, or its answer, does not fit into one record. The caller has to send less, or ask for less.',
}

const meanings: Readonly<Partial<Record<ReplyStatus, Words>>> = {
  rejected: rejections,
  failed: { ...attempts, ...endings },
}

/** Whether it is in the closed list of what a reply with this status may say. */
export const isKnown = (reason: string, status: ReplyStatus): boolean =>
  meanings[status] !== undefined && Object.hasOwn(meanings[status], reason)

/**
 * @param status of the reply: one reason may mean another thing before a call than after it
 * @returns what it means; for a reason without words of its own, where to look
 */
export const meaningOf = (reason: string, status: ReplyStatus): string =>
  meanings[status]?.[reason] ?? 'The attempts below tell what the provider answered.'

const table = (words: Words): string =>
  Object.entries(words)
    .map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`)
    .join('\n')

/** For the page of the reply. */
export const reasonsSection = `## Reasons

\`rejected\`: no call was made.

| reason | meaning |
| --- | --- |
${table(rejections)}

\`failed\`: of the last attempt, or of the work as a whole. \`waybill explain ID\` shows every attempt.

| reason | meaning |
| --- | --- |
${table({ ...attempts, ...endings })}
`
