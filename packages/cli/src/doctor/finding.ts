// What a check comes to.

export interface Finding {
  /** wrong: it does not work, or does not keep its promises; notice: look at it; fine: checked, and as it should be. */
  readonly level: 'wrong' | 'notice' | 'fine'
  /** settings, brokers, topics, schemas, keys, groups, policy or dead letters. */
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

/** What went wrong, without what the error was caused by. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
