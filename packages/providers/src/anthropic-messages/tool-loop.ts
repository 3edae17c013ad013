// After a tool's result a model goes on with the turn in which it called, and with what it thought in it.
import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import { readOpaque } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { stringAt } from '../json.ts'

const isThought = (block: unknown): boolean => ['thinking', 'redacted_thinking'].includes(stringAt(block, 'type') ?? '')

function isThoughtPart(part: Part | undefined): boolean {
  const opaque = part === undefined ? null : readOpaque(part)
  return opaque !== null && opaque !== 'malformed' && isThought(opaque.value)
}

/**
 * Whether the turn that goes on began without thoughts: because another vendor took it, or none were asked for.
 * Models that think by a budget then refuse to think in the rest of it.
 */
export function isBegunWithoutThoughts({ messages }: Request): boolean {
  const last = messages.findLastIndex(isAssistants)
  if (!messages.slice(last + 1).some(isResult)) return false
  const first = messages.findLastIndex((message, index) => index < last && !isAssistants(message)) + 1
  return last >= 0 && !isThoughtPart(messages[first]?.parts[0])
}

const isAssistants = (message: Message): boolean => message.role === 'assistant'
const isResult = (message: Message): boolean => message.parts.some((part) => part.kind === 'toolResult')

interface Spoken {
  readonly role: string
  readonly blocks: readonly JsonObject[]
}

/** Who does not think any more must not be shown the thoughts of the turn that goes on. */
export function withoutOpenThoughts<Turn extends Spoken>(turns: readonly Turn[]): readonly Turn[] {
  const goesOn = turns.at(-1)?.blocks.some((block) => block['type'] === 'tool_result') === true
  const open = goesOn ? turns.findLast(({ role }) => role === 'assistant') : undefined
  return turns.map((turn) =>
    turn === open ? { ...turn, blocks: turn.blocks.filter((each) => !isThought(each)) } : turn,
  )
}
