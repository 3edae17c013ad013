// How many tokens something is. No tokenizer: vendors differ by more than the error of counting characters.
import { isArray, isObject } from '../json.ts'

/** An image or a file counts as this many characters, however long its bytes are. */
const charactersOfBytes = 4_400

/** Characters in all strings and names under a value. Not recursive: bodies of strangers may nest deep. */
export function charactersIn(...values: readonly unknown[]): number {
  const left: unknown[] = [...values]
  let characters = 0
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value === 'string') characters += charactersOf(value)
    else if (isArray(value)) for (const each of value) left.push(each)
    else if (isObject(value)) {
      for (const name in value) {
        characters += name.length
        left.push(value[name])
      }
    } else characters += 2
  }
  return characters
}

function charactersOf(text: string): number {
  const isBytes = text.length > 2_000 && (text.startsWith('data:') || !/\s/u.test(text.slice(0, 400)))
  return isBytes ? charactersOfBytes : text.length
}

export const tokensOf = (characters: number, charactersPerToken: number = 4): number =>
  Math.ceil(characters / charactersPerToken)
