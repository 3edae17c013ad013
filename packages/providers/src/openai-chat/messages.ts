import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { dataUrl } from '../base64.ts'
import type { Piece, Turn } from '../conversation.ts'
import { callIds, isInstruction, mustRead, onlyText, turnsOf } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { imageTypes, reasons } from '../openai/models.ts'
import { callIdRule } from '../openai/names.ts'
import { reject } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { renamed } from '../tools.ts'

type Names = ReadonlyMap<string, string>

export function messagesOf(request: Request, target: Target, names: Names): readonly JsonObject[] {
  const ids = renaming(callIds(request), callIdRule)
  // Reasoning models know developers, older ones systems.
  const instruction = reasons(target.model) ? 'developer' : 'system'
  return turnsOf(request, target).flatMap((turn) => {
    if (isInstruction(turn)) return [{ role: instruction, content: onlyText(turn) }]
    if (turn.role === 'assistant') return [assistant(turn, names, ids)]
    return [...results(turn, ids), ...user(turn)]
  })
}

function assistant(turn: Turn, names: Names, ids: Names): JsonObject {
  const calls = turn.pieces.flatMap((piece) => (piece.kind === 'toolCall' ? [toolCall(piece, names, ids)] : []))
  const text = turn.pieces.map(spoken).join('')
  return { role: 'assistant', content: text === '' ? null : text, ...(calls.length === 0 ? {} : { tool_calls: calls }) }
}

function spoken(piece: Piece): string {
  if (piece.kind === 'text') return piece.text
  // This API takes no reasoning back, and none of it is lost to the model that did not sign it.
  if (piece.kind === 'toolCall' || piece.kind === 'reasoning') return ''
  return reject('unsupported_part', `a ${piece.kind} part in an assistant turn`)
}

function toolCall(piece: Piece & { kind: 'toolCall' }, names: Names, ids: Names): JsonObject {
  return {
    id: renamed(ids, piece.id),
    type: 'function',
    function: { name: renamed(names, piece.name), arguments: JSON.stringify(piece.arguments) },
  }
}

function results(turn: Turn, ids: Names): readonly JsonObject[] {
  return turn.pieces.flatMap((piece) =>
    piece.kind === 'toolResult'
      ? [{ role: 'tool', tool_call_id: renamed(ids, piece.callId), content: piece.text }]
      : [],
  )
}

function user(turn: Turn): readonly JsonObject[] {
  const content = turn.pieces.flatMap((piece) => (piece.kind === 'toolResult' ? [] : [contentOf(piece)]))
  if (content.length === 0) return []
  const [only] = content
  const isPlain = content.length === 1 && only !== undefined && only['type'] === 'text'
  return [{ role: 'user', content: isPlain ? only['text'] : content }]
}

function contentOf(piece: Piece): JsonObject {
  if (piece.kind === 'text') return { type: 'text', text: piece.text }
  if (piece.kind === 'opaque' && typeof piece.own === 'object' && piece.own !== null) return { ...piece.own }
  if (piece.kind !== 'image') return reject('unsupported_part', `a ${piece.kind} part in a user turn`)
  mustRead(piece.media, imageTypes)
  const { data, uri, mimeType } = piece.media
  return { type: 'image_url', image_url: { url: data === null ? uri : dataUrl(mimeType, data) } }
}
