import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { base64 } from '../base64.ts'
import type { Piece, Turn } from '../conversation.ts'
import { isInstruction, mustRead, onlyText, turnsOf } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { isObject, parseJson, stringAt } from '../json.ts'
import { reject } from '../rejection.ts'
import { renamed } from '../tools.ts'
import { imageTypes, wantsSignedCalls } from './models.ts'
import { isOwnCallId } from './names.ts'
import { withSignedCalls } from './signatures.ts'

type Names = ReadonlyMap<string, string>

interface Content {
  readonly role: 'user' | 'model'
  readonly parts: readonly JsonObject[]
}

interface Conversation {
  readonly systemInstruction: JsonObject | null
  readonly contents: readonly Content[]
}

/** The API knows instructions in one place only, so those from the middle of the conversation move there too. */
export function contentsOf(request: Request, target: Target, names: Names, instruction: string | null): Conversation {
  const turns = turnsOf(request, target)
  const instructions = turns
    .filter(isInstruction)
    .map(onlyText)
    .filter((text) => text !== '')
  const said = spokenIn(turns, names)
  const spoken = wantsSignedCalls(target.model) ? withSignedCalls(said) : said
  // Somebody must say something: where there are instructions alone, the last of them.
  const [asked, contents] = spoken.length > 0 ? [instructions, spoken] : asUser(instructions)
  const parts = [...asked, ...(instruction === null ? [] : [instruction])].map((text) => ({ text }))
  return { systemInstruction: parts.length === 0 ? null : { parts }, contents }
}

function spokenIn(turns: readonly Turn[], names: Names): readonly Content[] {
  const toolOf = callNames(turns)
  const contents: Content[] = []
  for (const turn of turns) {
    if (isInstruction(turn)) continue
    const role = turn.role === 'assistant' ? 'model' : 'user'
    const parts = turn.pieces.flatMap((piece) => partOf(piece, names, toolOf))
    const last = contents.at(-1)
    if (parts.length === 0) continue
    // Results of calls made together must come back in one content.
    if (last?.role === role) contents.splice(-1, 1, { role, parts: [...last.parts, ...parts] })
    else contents.push({ role, parts })
  }
  return contents
}

function asUser(instructions: readonly string[]): readonly [readonly string[], readonly Content[]] {
  const text = instructions.at(-1) ?? reject('empty_conversation', 'messages: there is nothing in them')
  return [instructions.slice(0, -1), [{ role: 'user', parts: [{ text }] }]]
}

const callNames = (turns: readonly Turn[]): Names =>
  new Map(
    turns.flatMap((turn) =>
      turn.pieces.flatMap((piece): [string, string][] => (piece.kind === 'toolCall' ? [[piece.id, piece.name]] : [])),
    ),
  )

function partOf(piece: Piece, names: Names, toolOf: Names): readonly JsonObject[] {
  const signed = signature(piece.own)
  switch (piece.kind) {
    case 'text':
      return piece.text === '' && piece.own === undefined ? [] : [{ text: piece.text, ...signed }]
    case 'image':
      return [image(piece)]
    case 'toolCall':
      return [
        { functionCall: { ...idOf(piece.id), name: renamed(names, piece.name), args: piece.arguments }, ...signed },
      ]
    case 'toolResult':
      return [{ functionResponse: response(piece, names, toolOf) }]
    case 'reasoning':
    case 'opaque':
      return isObject(piece.own) ? [piece.own] : []
  }
}

function signature(own: unknown): JsonObject {
  const thoughtSignature = stringAt(own, 'thoughtSignature')
  return thoughtSignature === null ? {} : { thoughtSignature }
}

const idOf = (id: string): JsonObject => (isOwnCallId(id) ? {} : { id })

function response(piece: Piece & { kind: 'toolResult' }, names: Names, toolOf: Names): JsonObject {
  const name = piece.name ?? toolOf.get(piece.callId)
  if (name === undefined) return reject('part_malformed', 'a toolResult part whose call is not in the conversation')
  const parsed = parseJson(piece.text)
  const output = isObject(parsed) ? parsed : { output: parsed ?? piece.text }
  return { ...idOf(piece.callId), name: renamed(names, name), response: piece.isError ? { error: piece.text } : output }
}

function image(piece: Piece & { kind: 'image' }): JsonObject {
  mustRead(piece.media, imageTypes)
  const { data, uri, mimeType } = piece.media
  return data === null ? { fileData: { mimeType, fileUri: uri } } : { inlineData: { mimeType, data: base64(data) } }
}
