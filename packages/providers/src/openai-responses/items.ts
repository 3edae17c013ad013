import { arrayAt, isObject, memberOf, stringAt } from '../json.ts'
import type { Said } from '../reading.ts'

interface Items {
  readonly said: readonly Said[]
  /** What the model said instead of an answer. */
  readonly refusal: string | null
}

/** The output items in order; a tool's call is named by call_id, its `id` names the item. */
export function saidIn(output: readonly unknown[]): Items {
  const said: Said[] = []
  let refusal: string | null = null
  for (const item of output) {
    const type = stringAt(item, 'type')
    if (type === 'message') {
      said.push(...messageIn(item))
      refusal ??= refusalIn(item)
    } else if (type === 'function_call') said.push(callIn(item, said.length))
    else if (type === 'reasoning') said.push({ kind: 'reasoning', text: summaryOf(item), own: item })
    else if (isObject(item)) said.push({ kind: 'opaque', own: item })
  }
  return { said, refusal }
}

/** Commentary is said on the way and is no part of the answer, but the vendor wants it back. */
function messageIn(item: unknown): readonly Said[] {
  const phase = stringAt(item, 'phase')
  if (phase === 'commentary') return [{ kind: 'opaque', own: item }]
  return arrayAt(item, 'content').flatMap((part): readonly Said[] => {
    const text = stringAt(part, 'text')
    if (stringAt(part, 'type') !== 'output_text' || text === null || text === '') return []
    return [phase === null ? { kind: 'text', text } : { kind: 'text', text, own: { phase } }]
  })
}

function refusalIn(item: unknown): string | null {
  const part = arrayAt(item, 'content').find((each) => stringAt(each, 'type') === 'refusal')
  return part === undefined ? null : (stringAt(part, 'refusal') ?? '')
}

function callIn(item: unknown, index: number): Said {
  return {
    kind: 'toolCall',
    id: stringAt(item, 'call_id') ?? stringAt(item, 'id') ?? `call-${index}`,
    name: stringAt(item, 'name') ?? '',
    arguments: memberOf(item, 'arguments'),
  }
}

const summaryOf = (item: unknown): string =>
  arrayAt(item, 'summary')
    .map((part) => stringAt(part, 'text') ?? '')
    .join('\n')
