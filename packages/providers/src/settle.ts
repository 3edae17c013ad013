import type { Answer } from '@waybill/schemas/generated/answer'
import type { Part } from '@waybill/schemas/generated/part'
import type { Usage } from '@waybill/schemas/generated/usage'
import type { FailureClass } from './failure.ts'
import { parseExact } from './json.ts'
import { toolCallJson } from './reading.ts'
import { vendorApis } from './registry.ts'
import type { Found } from './repair.ts'
import { findJson } from './repair.ts'
import type { Transform, Transformed } from './schema/transform.ts'
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

interface Plan {
  /** The JSON in the text, where an output is due; null where there is none. */
  readonly found: Found | null
  readonly checks: readonly (Check & { readonly prunedAt: number })[]
}

/** Asked for twice for each answer, with the validation in between. */
const plans = new WeakMap<AnswerDraft, Plan>()

/** What has to be validated before the answer is one: its output, or its calls in their order. */
export const checksOf = (draft: AnswerDraft): readonly Check[] => planOf(draft).checks

function planOf(draft: AnswerDraft): Plan {
  const known = plans.get(draft)
  if (known !== undefined) return known
  const plan = makePlan(draft)
  plans.set(draft, plan)
  return plan
}

function makePlan({ answer, outputText, request }: AnswerDraft): Plan {
  const api = vendorApis[answer.target.api]
  const found = outputText === null ? null : findJson(outputText)
  if (found !== null && request.outputSchema !== null)
    return { found, checks: [checkOf(request.outputSchema, found.text, found.value, api?.outputSchema)] }
  const parameters = new Map(request.tools.map((tool) => [tool.name, tool.parameters]))
  const checks = answer.toolCalls.map((call) =>
    checkOf(parameters.get(call.name) ?? '{}', call.arguments, parseExact(call.arguments), api?.toolSchema),
  )
  return { found, checks }
}

const asItCame = (value: unknown): unknown => value
const untransformed: Pick<Transformed, 'undo' | 'prune'> = { undo: asItCame, prune: asItCame }

/** As the vendor's schema was meant, as it came, and without what the caller's schema forbids. */
function checkOf(
  schema: string,
  text: string,
  value: unknown,
  transform: Transform | undefined,
): Plan['checks'][number] {
  const transformed = transform?.(schema) ?? untransformed
  const undone = transformed.undo(value)
  const pruned = transformed.prune(undone)
  const candidates = undone === value ? [text] : [JSON.stringify(undone), text]
  const prunedAt = candidates.length
  return { schema, prunedAt, candidates: pruned === undone ? candidates : [...candidates, JSON.stringify(pruned)] }
}

/** The answer after `verdicts` came for `checksOf(draft)`, in the same order. */
export function settle(draft: AnswerDraft, verdicts: readonly Verdict[]): Settled {
  const { found, checks } = planOf(draft)
  if (verdicts.length !== checks.length) throw new RangeError('a verdict for each check is needed')
  if (draft.outputText !== null && found === null) return unusable(draft, 'schema_mismatch')
  const chosen = checks.map((check, index) => choiceOf(check, verdicts[index] ?? null))
  // Of an answer that was cut short the calls that are whole are left; otherwise all must be.
  const failed = draft.answer.status === 'truncated' ? undefined : chosen.find((choice) => choice.text === null)
  if (failed !== undefined) return unusable(draft, failureOf(failed.verdict, draft))
  const repaired = found?.repaired === true || chosen.some((choice) => choice.isPruned)
  const texts = chosen.map((choice) => choice.text)
  const answer = draft.outputText === null ? withArguments(draft, texts) : withOutput(draft, texts)
  return { kind: 'answer', answer: { ...answer, repaired } }
}

interface Choice {
  readonly verdict: Verdict
  /** null: no candidate holds. */
  readonly text: string | null
  readonly isPruned: boolean
}

function choiceOf(check: Plan['checks'][number], verdict: Verdict): Choice {
  const text = typeof verdict === 'number' ? (check.candidates[verdict] ?? null) : null
  return { verdict, text, isPruned: verdict === check.prunedAt }
}

function failureOf(verdict: Verdict, draft: AnswerDraft): FailureClass {
  if (verdict === 'timeout') return 'schema_timeout'
  return draft.outputText === null ? 'tool_args_invalid' : 'schema_mismatch'
}

const withOutput = ({ answer }: AnswerDraft, texts: readonly (string | null)[]): Answer => ({
  ...answer,
  output: texts[0] ?? null,
})

/** The calls with the arguments that hold, in the turn to append too, or else the model would imitate its mistakes. */
function withArguments({ answer }: AnswerDraft, texts: readonly (string | null)[]): Answer {
  const calls = answer.toolCalls.map((call, index) => ({ call, text: texts[index] ?? null }))
  const kept = calls.map(({ call, text }) => (text === null ? null : { ...call, arguments: text }))
  const next = kept.values()
  const parts = answer.message.parts.flatMap((part): readonly Part[] => {
    if (part.kind !== 'toolCall') return [part]
    const call = next.next().value ?? null
    return call === null ? [] : [{ ...part, json: toolCallJson(call) }]
  })
  return { ...answer, toolCalls: kept.filter((call) => call !== null), message: { ...answer.message, parts } }
}

function unusable(draft: AnswerDraft, failure: FailureClass): Settled {
  return { kind: 'unusable', failure, usage: draft.answer.usage }
}
