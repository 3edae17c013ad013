import type { NameRule } from '../renaming.ts'

export const toolNameRule: NameRule = { allowed: /^[a-zA-Z0-9_-]$/u, whole: /^[a-zA-Z0-9_-]{1,64}$/u, maxLength: 64 }

export const callIdRule: NameRule = { allowed: /^[a-zA-Z0-9_-]$/u, whole: /^[a-zA-Z0-9_-]{1,128}$/u, maxLength: 128 }
