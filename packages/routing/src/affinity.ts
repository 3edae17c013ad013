// What a reply gives a caller to send with the next turn: where the conversation was, and how much of it is cached there.

export interface Affinity {
  /** Name in the catalogue. */
  readonly target: string
  /** Tokens of input and output of the last turn: what a cache may hold. */
  readonly tokens: number
  /** When the last turn ended, epoch milliseconds. */
  readonly at: number
}

const shape = /^w1\.(\d{1,9})\.(\d{1,15})\.([^\s]{1,200})$/u

export function writeAffinity(affinity: Affinity): string {
  const tokens = Math.min(Math.max(0, Math.trunc(affinity.tokens)), 999_999_999)
  return `w1.${tokens}.${Math.max(0, Math.trunc(affinity.at))}.${affinity.target}`
}

/** null for what was not written here: a wrong affinity costs a cache hit, never an answer. */
export function readAffinity(text: string | null): Affinity | null {
  const found = text === null ? null : shape.exec(text)
  const [, tokens, at, target] = found ?? []
  if (tokens === undefined || at === undefined || target === undefined) return null
  return { target, tokens: Number(tokens), at: Number(at) }
}
