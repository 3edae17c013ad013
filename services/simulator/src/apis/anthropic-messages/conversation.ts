// What must hold between the turns of a conversation.
import type { JsonObject } from '../../json.ts'
import { arrayAt, objectAt, stringAt } from '../../json.ts'
import { isSealed } from '../../content/seal.ts'
import type { Effort, Problem } from '../vendor.ts'
import { firstProblem, invalid } from '../vendor.ts'

const roles = new Set(['user', 'assistant', 'system'])

export function conversationProblem(request: JsonObject, effort: Effort | null): Problem | null {
  const messages = arrayAt(request, 'messages')
  return firstProblem(
    () => callsProblem(messages),
    () => signatureProblem(messages),
    () => thoughtsProblem(request, messages, effort),
  )
}

/** A call is answered in the very next message. */
function callsProblem(messages: readonly unknown[]): Problem | null {
  let open: readonly string[] = []
  for (const [index, message] of messages.entries()) {
    if (!roles.has(stringAt(message, 'role') ?? ''))
      return invalid(`messages.${index}.role: Input should be 'user' or 'assistant'`)
    const blocks = arrayAt(message, 'content')
    const answered = idsIn(blocks, 'tool_result', 'tool_use_id')
    const left = open.filter((id) => !answered.includes(id))
    if (left.length > 0)
      return invalid(
        `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${left.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      )
    const strange = answered.find((id) => !open.includes(id))
    if (strange !== undefined)
      return invalid(
        `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${strange}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      )
    open = idsIn(blocks, 'tool_use', 'id')
  }
  return null
}

const idsIn = (blocks: readonly unknown[], type: string, name: string): readonly string[] =>
  blocks.filter((block) => stringAt(block, 'type') === type).map((block) => stringAt(block, name) ?? '')

/** Thoughts come back as they were, or not at all. */
function signatureProblem(messages: readonly unknown[]): Problem | null {
  for (const [index, message] of messages.entries())
    for (const [at, block] of arrayAt(message, 'content').entries())
      if (stringAt(block, 'type') === 'thinking' && !isSigned(block))
        return invalid(`messages.${index}.content.${at}: Invalid \`signature\` in \`thinking\` block`)
  return null
}

const isSigned = (block: unknown): boolean => isSealed(stringAt(block, 'signature'), stringAt(block, 'thinking') ?? '')

const isThought = (block: unknown): boolean => ['thinking', 'redacted_thinking'].includes(stringAt(block, 'type') ?? '')

/** A turn that goes on after a tool's result does so as it began: with thoughts, or without. */
function thoughtsProblem(request: JsonObject, messages: readonly unknown[], effort: Effort | null): Problem | null {
  if (!endsWithToolResult(messages)) return null
  const index = messages.findLastIndex((message) => stringAt(message, 'role') === 'assistant')
  const [first, ...others] = arrayAt(messages[index], 'content')
  const isBudgeted = stringAt(objectAt(request, 'thinking'), 'type') === 'enabled'
  if (isBudgeted && !isThought(first))
    return invalid(
      `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${stringAt(first, 'type')}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
    )
  if (effort !== 'none' || ![first, ...others].some(isThought)) return null
  return invalid(
    `messages.${index}.content.0: When thinking is disabled, an \`assistant\` message in the final position cannot contain \`thinking\`. To use thinking blocks, enable \`thinking\` in your request.`,
  )
}

export function endsWithToolResult(messages: readonly unknown[]): boolean {
  const last = messages.findLast((message) => stringAt(message, 'role') !== 'system')
  return arrayAt(last, 'content').some((block) => stringAt(block, 'type') === 'tool_result')
}
