import { endOfString, parseExact } from './json.ts'

export interface Found {
  readonly text: string
  readonly value: unknown
  /** Whether it had to be cut out of a fence or of prose. */
  readonly repaired: boolean
}

/** What stands between the lines of one fence that is the whole text. */
function inFence(text: string): string | null {
  const trimmed = text.trim()
  const newline = trimmed.indexOf('\n')
  if (!trimmed.startsWith('```') || !trimmed.endsWith('```') || newline === -1) return null
  return trimmed.slice(newline + 1, -3).trim()
}

/** The JSON value that a model's text holds: the text itself, else what its one fence holds, else the first that is whole. */
export function findJson(text: string): Found | null {
  const whole = parseExact(text)
  if (whole !== undefined) return { text, value: whole, repaired: false }
  const fenced = inFence(text)
  const inner = fenced === null ? undefined : parseExact(fenced)
  if (fenced !== null && inner !== undefined) return { text: fenced, value: inner, repaired: true }
  return firstBalanced(text)
}

/** Tries a few places only, so that a text of nothing but braces costs no more than a few passes. */
const mostTries = 8

function firstBalanced(text: string): Found | null {
  let start = nextOpening(text, 0)
  for (let tries = 0; start !== -1 && tries < mostTries; tries++) {
    const end = endOfValue(text, start)
    if (end !== -1) {
      const cut = text.slice(start, end + 1)
      const value = parseExact(cut)
      if (value !== undefined) return { text: cut, value, repaired: true }
    }
    start = nextOpening(text, start + 1)
  }
  return null
}

function nextOpening(text: string, from: number): number {
  const [brace, bracket] = [text.indexOf('{', from), text.indexOf('[', from)]
  if (brace === -1) return bracket
  return bracket === -1 ? brace : Math.min(brace, bracket)
}

function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfString(text, index)
    else if (code === 0x5b || code === 0x7b) depth++
    else if (code === 0x5d || code === 0x7d) depth--
    if (depth === 0) return index
  }
  return -1
}
