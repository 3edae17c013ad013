// What must hold between the contents of a conversation.
import type { JsonObject } from '../../json.ts'
import { isSealed } from '../../content/seal.ts'
import type { Model } from '../../prices.ts'
import type { Problem } from '../vendor.ts'
import { invalid } from '../vendor.ts'
import { arrayField, fieldOf, objectField, textField } from './fields.ts'

/** Whether the model is of the third generation or later. */
export const isRecent = (model: Model): boolean => !/gemini-[12][.-]/u.test(model.id)

export const partsOf = (content: unknown, kind: string): readonly JsonObject[] =>
  arrayField(content, 'parts')
    .map((part) => objectField(part, kind))
    .filter((each) => each !== null)

export function contentsProblem(contents: readonly unknown[], model: Model): Problem | null {
  const asked = contents.findLastIndex(isAsking)
  let calls: readonly JsonObject[] = []
  for (const [index, content] of contents.entries()) {
    const role = textField(content, 'role') ?? 'user'
    if (!['user', 'model', 'function'].includes(role)) return invalid('Please use a valid role: user, model.')
    const found =
      answersProblem(calls, partsOf(content, 'functionResponse'), model) ??
      (isRecent(model) && index > asked ? signatureProblem(content) : null)
    if (found !== null) return found
    calls = partsOf(content, 'functionCall')
  }
  return null
}

/** The user's own words, not a tool's: here the current turn begins. */
const isAsking = (content: unknown): boolean =>
  textField(content, 'role') !== 'model' && partsOf(content, 'functionResponse').length === 0

const named = (part: JsonObject): string => textField(part, 'name') ?? ''

function answersProblem(calls: readonly JsonObject[], answers: readonly JsonObject[], model: Model): Problem | null {
  if (answers.length !== calls.length && (answers.length > 0 || calls.length > 0))
    return invalid(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    )
  if (calls.map(named).toSorted().join('\n') !== answers.map(named).toSorted().join('\n'))
    return invalid(
      'Please ensure that the function response name matches the function call name of the function call turn.',
    )
  // Older models give no ids and want none.
  const ids = new Set(answers.map((answer) => textField(answer, 'id')))
  const strange = isRecent(model) ? calls.find((call) => !ids.has(textField(call, 'id'))) : undefined
  return strange === undefined
    ? null
    : invalid(`Function response is missing for function call with id \`${textField(strange, 'id')}\`.`)
}

const skipped = 'skip_thought_signature_validator'

/** The first call of a step carries the signature of the thoughts before it. */
function signatureProblem(content: unknown): Problem | null {
  const parts = arrayField(content, 'parts')
  const at = parts.findIndex((part) => objectField(part, 'functionCall') !== null)
  for (const [index, part] of parts.entries()) {
    const signature = fieldOf(part, 'thoughtSignature')
    if (signature === undefined && index === at)
      return invalid(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${textField(objectField(part, 'functionCall'), 'name')}\` , position ${index + 1}.`,
      )
    if (signature !== undefined && signature !== skipped && !isSealed(signature))
      return invalid('Corrupted thought signature.')
  }
  return null
}
