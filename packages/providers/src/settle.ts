import type { Answer } from '@waybill/schemas/generated/answer'
import type { Usage } from '@waybill/schemas/generated/usage'
import type { FailureClass } from './failure.ts'
import { parseJson } from './json.ts'
import { vendorApis } from './registry.ts'
import { findJson } from './repair.ts'
import type { Transform } from './schema/transform.ts'
import type { AnswerDraft } from './vendor-api.ts'

/** One thing to validate: the candidates are tried in order, and the first that satisfies the schema is taken. */
export interface Check {
  /** The caller's original schema. */
  readonly schema: string
  readonly candidates: readonly string[]
}

/** The index of the candidate that holds; null when none does; timeout when nobody could tell in time. */
export type Verdict = number | null | 'timeout'

export type Settled =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unusable'; readonly failure: FailureClass; readonly usage: Usage }

const unchanged: Transform = () => null

/** What has to be validated before the answer is one: its output, then its calls in their order. */
export function checksOf(draft: AnswerDraft): readonly Check[] {
  const checks: Check[] = []
  const { request, answer } = draft
  const api = vendorApis[answer.target.api]
  const output = outputOf(draft)
  if (output !== null && request.outputSchema !== null)
    checks.push(checkOf(request.outputSchema, output.text, output.value, api?.outputSchema ?? unchanged))
  const parameters = new Map(request.tools.map((tool) => [tool.name, tool.parameters]))
  for (const call of answer.toolCalls) {
    const schema = parameters.get(call.name) ?? '{}'
    checks.push(checkOf(schema, call.arguments, parseJson(call.arguments), api?.toolSchema ?? unchanged))
  }
  return checks
}

const outputOf = (draft: AnswerDraft): ReturnType<typeof findJson> =>
  draft.outputText === null ? null : findJson(draft.outputText)

function checkOf(schema: string, text: string, value: unknown, transform: Transform): Check {
  const undone = transform(schema)?.undo(value)
  const undoneText = undone === undefined || undone === value ? text : JSON.stringify(undone)
  return { schema, candidates: undoneText === text ? [text] : [undoneText, text] }
}

/** The answer after `verdicts` came for `checksOf(draft)`, in the same order. */
export function settle(draft: AnswerDraft, verdicts: readonly Verdict[]): Settled {
  const checks = checksOf(draft)
  if (verdicts.length !== checks.length) throw new RangeError('a verdict for each check is needed')
  const output = outputOf(draft)
  if (draft.outputText !== null && output === null) return unusable(draft, 'schema_mismatch')
  const hasOutput = draft.outputText !== null
  const chosen = checks.map((check, index) => choiceOf(check, verdicts[index] ?? null))
  const failed = chosen.findIndex((choice) => typeof choice !== 'string')
  if (failed !== -1) {
    if (chosen[failed] === undefined) return unusable(draft, 'schema_timeout')
    return unusable(draft, hasOutput && failed === 0 ? 'schema_mismatch' : 'tool_args_invalid')
  }
  const texts = chosen.filter((choice) => typeof choice === 'string')
  return { kind: 'answer', answer: finished(draft, texts, output?.repaired ?? false) }
}

/** The text that holds, null where none does, undefined where nobody could tell. */
function choiceOf(check: Check, verdict: Verdict): string | null | undefined {
  return verdict === 'timeout' ? undefined : verdict === null ? null : (check.candidates[verdict] ?? null)
}

function finished(draft: AnswerDraft, texts: readonly string[], repaired: boolean): Answer {
  const { answer } = draft
  if (draft.outputText !== null) return { ...answer, output: texts[0] ?? null, repaired }
  return { ...answer, toolCalls: answer.toolCalls.map((call, index) => ({ ...call, arguments: texts[index] ?? '{}' })) }
}

function unusable(draft: AnswerDraft, failure: FailureClass): Settled {
  return { kind: 'unusable', failure, usage: draft.answer.usage }
}
