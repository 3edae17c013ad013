import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { dataUrl } from '../base64.ts'
import type { Piece, Turn } from '../conversation.ts'
import { callIds, isInstruction, mustRead, onlyText, turnsOf } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { isObject, stringAt } from '../json.ts'
import { imageTypes, reasons } from '../openai/models.ts'
import { callIdRule } from '../openai/names.ts'
import { reject } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { renamed } from '../tools.ts'

type Names = ReadonlyMap<string, string>

export function inputOf(request: Request, target: Target, names: Names): JsonObject {
  const ids = renaming(callIds(request), callIdRule)
  const instruction = reasons(target.model) ? 'developer' : 'system'
  const input = turnsOf(request, target).flatMap((turn) => {
    if (isInstruction(turn)) return [{ role: instruction, content: onlyText(turn) }]
    if (turn.role === 'assistant') return turn.pieces.flatMap((piece) => assistantItems(piece, names, ids))
    return userItems(turn, ids)
  })
  return { input }
}

/** One item a part, in order: a reasoning item must stand right before what it led to. */
function assistantItems(piece: Piece, names: Names, ids: Names): readonly JsonObject[] {
  switch (piece.kind) {
    case 'text': {
      const phase = stringAt(piece.own, 'phase')
      if (piece.text === '') return []
      return [{ role: 'assistant', content: piece.text, ...(phase === null ? {} : { phase }) }]
    }
    case 'toolCall':
      return [
        {
          type: 'function_call',
          call_id: renamed(ids, piece.id),
          name: renamed(names, piece.name),
          arguments: JSON.stringify(piece.arguments),
        },
      ]
    case 'reasoning':
    case 'opaque':
      return isObject(piece.own) ? [piece.own] : []
    case 'image':
    case 'toolResult':
      return reject('unsupported_part', `a ${piece.kind} part in an assistant turn`)
  }
}

function userItems(turn: Turn, ids: Names): readonly JsonObject[] {
  const results = turn.pieces.flatMap((piece) =>
    piece.kind === 'toolResult'
      ? [{ type: 'function_call_output', call_id: renamed(ids, piece.callId), output: piece.text }]
      : [],
  )
  const content = turn.pieces.flatMap((piece) => (piece.kind === 'toolResult' ? [] : [contentOf(piece)]))
  return content.length === 0 ? results : [...results, { role: 'user', content }]
}

function contentOf(piece: Piece): JsonObject {
  if (piece.kind === 'text') return { type: 'input_text', text: piece.text }
  if (piece.kind === 'opaque' && isObject(piece.own)) return piece.own
  if (piece.kind !== 'image') return reject('unsupported_part', `a ${piece.kind} part in a user turn`)
  mustRead(piece.media, imageTypes)
  const { data, uri, mimeType } = piece.media
  return { type: 'input_image', detail: 'auto', image_url: data === null ? uri : dataUrl(mimeType, data) }
}
