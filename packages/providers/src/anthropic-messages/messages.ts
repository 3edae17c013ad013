import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { base64 } from '../base64.ts'
import type { Piece, Turn } from '../conversation.ts'
import { callIds, isInstruction, mustRead, onlyText, turnsOf } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { isObject } from '../json.ts'
import { reject } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { renamed } from '../tools.ts'
import { imageTypes, takesPrefill } from './models.ts'
import { callIdRule } from './names.ts'
import { withoutOpenThoughts } from './tool-loop.ts'

type Names = ReadonlyMap<string, string>

interface Spoken {
  readonly role: 'system' | 'user' | 'assistant'
  readonly blocks: readonly JsonObject[]
}

/** Instructions before the first turn stand apart; later ones keep their place, which this version of the API allows. */
export function conversationOf(
  request: Request,
  target: Target,
  names: Names,
  { instruction, isThinking }: { readonly instruction: string | null; readonly isThinking: boolean },
): JsonObject {
  const ids = renaming(callIds(request), callIdRule)
  const turns = marked(turnsOf(request, target), ({ turn }) => spokenOf(turn, names, ids))
  const first = turns.findIndex((turn) => turn.role !== 'system')
  // Somebody must say something: where there are instructions alone, the last of them.
  const [leading, rest] =
    first === -1 ? [turns.slice(0, -1), turns.slice(-1).map(asUser)] : [turns.slice(0, first), turns.slice(first)]
  const asked = instruction === null ? [] : [{ type: 'text', text: instruction }]
  const system = [...leading.flatMap((turn) => turn.blocks), ...asked]
  const whole = isThinking ? merged(rest) : withoutOpenThoughts(merged(rest))
  const messages = whole.map(({ role, blocks }) => ({ role, content: blocks }))
  if (messages.length === 0) reject('empty_conversation', 'messages: there is nothing in them')
  if (messages.at(-1)?.role === 'assistant' && !takesPrefill(target.model))
    reject('prefill', "messages: this model does not go on with an assistant's turn")
  return { ...(system.length === 0 ? {} : { system }), messages }
}

const asUser = ({ blocks }: Spoken): Spoken => ({ role: 'user', blocks })

/** The vendor takes four marks; the last ones cover the longest prefixes. */
const mostCachePoints = 4

function marked(turns: readonly Turn[], spoken: (at: { readonly turn: Turn }) => Spoken): readonly Spoken[] {
  const points = turns.filter((turn) => turn.cachePoint).slice(-mostCachePoints)
  return turns.map((turn) => {
    const { role, blocks } = spoken({ turn })
    const last = blocks.at(-1)
    if (last === undefined || !points.includes(turn) || !takesMark(last)) return { role, blocks }
    return { role, blocks: [...blocks.slice(0, -1), { ...last, cache_control: { type: 'ephemeral' } }] }
  })
}

const takesMark = (block: JsonObject): boolean =>
  ['text', 'image', 'tool_use', 'tool_result'].includes(String(block['type']))

/** Results of calls made together must come back in one turn, before anything else in it. */
function merged(turns: readonly Spoken[]): readonly Spoken[] {
  const whole: Spoken[] = []
  for (const turn of turns) {
    if (turn.blocks.length === 0) continue
    const last = whole.at(-1)
    if (last === undefined || last.role !== turn.role) whole.push(turn)
    else whole.splice(-1, 1, { role: turn.role, blocks: [...last.blocks, ...turn.blocks] })
  }
  return whole.map(({ role, blocks }) => ({ role, blocks: role === 'user' ? resultsFirst(blocks) : blocks }))
}

const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result'

const resultsFirst = (blocks: readonly JsonObject[]): readonly JsonObject[] => [
  ...blocks.filter(isResult),
  ...blocks.filter((block) => !isResult(block)),
]

function spokenOf(turn: Turn, names: Names, ids: Names): Spoken {
  if (isInstruction(turn)) {
    const text = onlyText(turn)
    return { role: 'system', blocks: text === '' ? [] : [{ type: 'text', text }] }
  }
  const role = turn.role === 'assistant' ? 'assistant' : 'user'
  return { role, blocks: turn.pieces.flatMap((piece) => blockOf(piece, role, names, ids)) }
}

function blockOf(piece: Piece, role: 'user' | 'assistant', names: Names, ids: Names): readonly JsonObject[] {
  switch (piece.kind) {
    case 'text':
      // An empty text block is an error of the vendor's.
      return piece.text === '' ? [] : [{ type: 'text', text: piece.text }]
    case 'image':
      return role === 'user' ? [image(piece)] : reject('unsupported_part', 'an image part in an assistant turn')
    case 'toolCall':
      return [
        { type: 'tool_use', id: renamed(ids, piece.id), name: renamed(names, piece.name), input: piece.arguments },
      ]
    case 'toolResult':
      return [toolResult(piece, ids)]
    case 'reasoning':
    case 'opaque':
      return isObject(piece.own) ? [piece.own] : []
  }
}

function image(piece: Piece & { kind: 'image' }): JsonObject {
  mustRead(piece.media, imageTypes)
  const { data, uri, mimeType } = piece.media
  const source =
    data === null ? { type: 'url', url: uri } : { type: 'base64', media_type: mimeType, data: base64(data) }
  return { type: 'image', source }
}

function toolResult(piece: Piece & { kind: 'toolResult' }, ids: Names): JsonObject {
  return {
    type: 'tool_result',
    tool_use_id: renamed(ids, piece.callId),
    ...(piece.text === '' ? {} : { content: piece.text }),
    ...(piece.isError ? { is_error: true } : {}),
  }
}
