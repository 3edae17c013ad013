import type { NameRule } from '../renaming.ts'

export const toolNameRule: NameRule = { allowed: /^[a-zA-Z0-9_-]$/u, whole: /^[a-zA-Z0-9_-]{1,64}$/u, maxLength: 64 }

/** Longer ids of calls are refused. */
export const callIdRule: NameRule = { allowed: /^[a-zA-Z0-9_-]$/u, whole: /^[^\s]{1,40}$/u, maxLength: 40 }
