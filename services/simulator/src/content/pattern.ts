// A string that a regular expression matches, for the part of the language that schemas use. The expression is never
// run: a stranger's may take for ever.
import type { Random } from '../random.ts'
import { between, pick } from '../random.ts'

type Node =
  | { readonly kind: 'characters'; readonly from: string }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Node[])[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly low: number; readonly high: number }

interface Reader {
  readonly source: string
  at: number
}

const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const wordLike = `${lower}${upper}${digits}_`
const printable = `${lower}${upper}${digits} -_.,:;/+=@#()`
const escapes: Readonly<Record<string, string>> = {
  d: digits,
  w: wordLike,
  s: ' ',
  D: `${lower}${upper}`,
  W: '-.,:/',
  S: wordLike,
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
}
const longest = 1_000

/** Thrown, and caught here, for what this reader does not know: look-arounds, back references, properties. */
class Unknown extends Error {}

/** null where the expression has something in it that this does not know. */
export function matching(pattern: string, random: Random, minLength: number, maxLength: number): string | null {
  try {
    const reader: Reader = { source: pattern, at: 0 }
    const tree = choiceIn(reader)
    if (reader.at < pattern.length) return null
    return fitting(tree, pattern, random, minLength, maxLength)
  } catch (error) {
    if (error instanceof Unknown) return null
    throw error
  }
}

function fitting(tree: Node, pattern: string, random: Random, minLength: number, maxLength: number): string {
  const distance = (text: string): number => Math.max(minLength - text.length, text.length - maxLength, 0)
  let best = written(tree, random, slacks[0])
  for (const slack of slacks) {
    if (distance(best) === 0) return best
    const text = written(tree, random, slack)
    if (distance(text) < distance(best)) best = text
  }
  // What is not anchored may be followed by anything.
  return best === '' || pattern.endsWith('$') ? best : best.padEnd(minLength, best.at(-1))
}

/** How much longer than it must be each repetition may get: more and more, and at last not at all. */
const slacks = [
  3,
  ...[3, 5, 7, 10, 15, 22, 33, 50, 75, 110, 170, 250, 500].flatMap((slack) => Array<number>(16).fill(slack)),
  0,
] as const

function written(node: Node, random: Random, slack: number): string {
  switch (node.kind) {
    case 'characters':
      return node.from.charAt(Math.floor(random() * node.from.length))
    case 'choice':
      return (pick(random, node.branches) ?? []).map((each) => written(each, random, slack)).join('')
    case 'repeat': {
      let text = ''
      const times = Math.min(between(random, node.low, Math.min(node.high, node.low + slack)), longest)
      for (let index = 0; index < times && text.length < longest; index++) text += written(node.node, random, slack)
      return text
    }
  }
}

function choiceIn(reader: Reader): Node {
  const branches: Node[][] = [[]]
  while (reader.at < reader.source.length && reader.source[reader.at] !== ')') {
    if (reader.source[reader.at] === '|') {
      reader.at++
      branches.push([])
      continue
    }
    const node = atomIn(reader)
    if (node !== null) branches.at(-1)?.push(repeated(reader, node))
  }
  return { kind: 'choice', branches }
}

/** null for what takes no room. */
function atomIn(reader: Reader): Node | null {
  const character = reader.source[reader.at++] ?? ''
  switch (character) {
    case '^':
    case '$':
      return null
    case '.':
      return { kind: 'characters', from: wordLike }
    case '(':
      return groupIn(reader)
    case '[':
      return { kind: 'characters', from: classIn(reader) }
    case '\\':
      return escapeIn(reader)
    default:
      return { kind: 'characters', from: character }
  }
}

function escapeIn(reader: Reader): Node | null {
  const name = reader.source[reader.at] ?? ''
  if (name === 'b' || name === 'B') {
    reader.at++
    return null
  }
  return { kind: 'characters', from: escapedIn(reader) }
}

/** The characters that an escape stands for; the reader stands after the backslash. */
function escapedIn(reader: Reader): string {
  const name = reader.source[reader.at++] ?? ''
  if (/[1-9pPkc]/u.test(name)) throw new Unknown()
  if (name === 'u' || name === 'x') return codePointIn(reader, name === 'u' ? 4 : 2)
  return escapes[name] ?? name
}

function codePointIn(reader: Reader, length: number): string {
  const hex = reader.source.slice(reader.at, reader.at + length)
  if (!/^[0-9a-f]+$/iu.test(hex) || hex.length < length) throw new Unknown()
  reader.at += length
  return String.fromCharCode(Number.parseInt(hex, 16))
}

function groupIn(reader: Reader): Node {
  const opening = /^\?(?::|<[A-Za-z]\w*>)/u.exec(reader.source.slice(reader.at, reader.at + 40))
  if (opening !== null) reader.at += opening[0].length
  else if (reader.source[reader.at] === '?') throw new Unknown()
  const node = choiceIn(reader)
  if (reader.source[reader.at++] !== ')') throw new Unknown()
  return node
}

function classIn(reader: Reader): string {
  const negated = reader.source[reader.at] === '^'
  if (negated) reader.at++
  let members = ''
  for (let first = true; reader.source[reader.at] !== ']' || (first && members === ''); first = false) {
    if (reader.at >= reader.source.length) throw new Unknown()
    if (reader.source[reader.at] === ']') break
    members += rangeIn(reader)
  }
  reader.at++
  const from = negated
    ? printable
        .split('')
        .filter((each) => !members.includes(each))
        .join('')
    : members
  if (from === '') throw new Unknown()
  return from
}

function rangeIn(reader: Reader): string {
  const low = memberIn(reader)
  const isRange = reader.source[reader.at] === '-' && ![']', undefined].includes(reader.source[reader.at + 1])
  if (!isRange || low.length !== 1) return low
  reader.at++
  const high = memberIn(reader)
  if (high.length !== 1) return `${low}-${high}`
  let members = ''
  const end = Math.min(high.charCodeAt(0), low.charCodeAt(0) + 128)
  for (let code = low.charCodeAt(0); code <= end; code++) members += String.fromCharCode(code)
  return members
}

function memberIn(reader: Reader): string {
  const character = reader.source[reader.at++] ?? ''
  return character === '\\' ? escapedIn(reader) : character
}

function repeated(reader: Reader, node: Node): Node {
  const times = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/u.exec(reader.source.slice(reader.at, reader.at + 24))
  if (times === null) return node
  reader.at += times[0].length
  const [whole, low, comma, high] = times
  if (low === undefined)
    return { kind: 'repeat', node, low: whole[0] === '+' ? 1 : 0, high: whole[0] === '?' ? 1 : longest }
  const least = Number(low)
  return { kind: 'repeat', node, low: least, high: comma === '' ? least : high === '' ? longest : Number(high) }
}
