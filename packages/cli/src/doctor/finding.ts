// What a check comes to.

export interface Finding {
  /** wrong: it does not work, or does not keep its promises; notice: look at it; fine: checked, and as it should be. */
  readonly level: 'wrong' | 'notice' | 'fine'
  /** settings, brokers, topics, schemas, keys, groups, policy, targets or dead letters. */
  readonly area: string
  /** The setting, topic, subject or group. */
  readonly where: string
  readonly what: string
  /** What to do; empty where there is nothing to do. */
  readonly todo: string
}

export const fine = (area: string, where: string, what: string): Finding => ({
  level: 'fine',
  area,
  where,
  what,
  todo: '',
})
export const wrong = (area: string, where: string, what: string, todo: string): Finding => ({
  level: 'wrong',
  area,
  where,
  what,
  todo,
})
export const notice = (area: string, where: string, what: string, todo: string): Finding => ({
  level: 'notice',
  area,
  where,
  what,
  todo,
})

/** What went wrong, and the cause at the bottom of it: "fetch failed" alone helps nobody. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  let deepest: Error = error
  while (deepest.cause instanceof Error) deepest = deepest.cause
  // Of several addresses that were tried, Node names the errors in a list of their own.
  const [first] = deepest instanceof AggregateError ? deepest.errors : []
  const bottom = first instanceof Error ? first.message : deepest.message
  return bottom === error.message || bottom === '' ? error.message : `${error.message} (${bottom})`
}
