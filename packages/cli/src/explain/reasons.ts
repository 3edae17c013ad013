// What the reasons in records mean, and what to do, for someone who has just been woken up.

const reasons: Readonly<Record<string, string>> = {
  invalid_request: 'The request broke a rule; the detail names the field. The caller has to send it corrected.',
  key_reused: 'The idempotency key came with another body before. The caller has to use a new key for new work.',
  request_unreadable: 'The record is no request of a schema that the registry knows. Look at its producer.',
  result_unreadable: "A worker's result could not be read. Look at dead-letters, and at the versions of the services.",
  unreadable: 'The record is no request: its bytes are not Avro with a schema that fits. Look at its producer.',
  wrong_home: 'Services with different partition counts or builds run side by side. Run "waybill doctor".',
  deadline:
    'No answer came within the latency budget. The times show where it went; a larger budget or a faster tier helps.',
  outcome_unknown:
    'A call was cut off, and nobody knows whether it was billed. In strict mode no other is made: see the upper bound.',
  answer_lost:
    'The answer was made, and its record is gone or unreadable. Check the retention of responses; a new id asks again.',
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
  budget_exceeded:
    'The tenant has used its budget. The detail names the limit and when it resets; the policy sets it, under budgets.',
  cooling_down:
    'Every target is to be left alone after failures or rate limits. Look at the attempts, and at the vendor’s status page.',
  rate_limited:
    'The vendor refused for its rate limit, and so did the backups. Ask for a higher limit, or allow other targets.',
  quota: "The account's quota or balance at the vendor is used up. Somebody has to pay, or raise it.",
  no_account:
    'The worker has no key for the account that the policy names. "waybill doctor" names the setting; then start the worker anew.',
  auth: 'The vendor refuses the key. Check it where the worker runs: expired, revoked, or of another project.',
  config: 'The vendor does not know the model, or the account may not use it. Check the policy against the account.',
  input_too_long:
    'The prompt is too long for the model. The caller has to shorten it, or the policy has to offer a larger one.',
  content_filter: "A filter of the vendor's declined the request. No other target is asked.",
  overloaded: "The vendor was overloaded, and so were the backups. Look at the vendor's status page.",
  server_error: "The vendor failed, and so did the backups. Look at the vendor's status page.",
  timeout: 'The vendor did not answer in time, and whether it billed is not known.',
  connection_reset:
    'The connection broke, and whether the vendor billed is not known. Look at the network to the vendor.',
  connect_failed: "The vendor could not be reached. Look at the worker's network, its proxy, and WAYBILL_…_URL.",
  tls_failed:
    "The connection to the vendor is not trusted. Look at the worker's clock, its certificates and its proxy.",
  schema_mismatch: 'The answer did not satisfy the output schema. Try a stronger tier for this task class.',
  tool_args_invalid:
    "A tool call's arguments did not satisfy the tool's schema. Try a stronger tier for this task class.",
}

/** @returns what it means; for a reason without words of its own, where to look */
export const meaningOf = (reason: string): string =>
  reasons[reason] ?? 'The attempts below tell what the provider answered.'
