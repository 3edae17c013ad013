import type { NameRule } from '../renaming.ts'

export const toolNameRule: NameRule = {
  allowed: /^[a-zA-Z0-9_.:-]$/u,
  whole: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/u,
  maxLength: 128,
}

/**
 * Older models give calls no id, newer ones want theirs back. An id of ours ends in the call's place and is never sent.
 * `turn` keeps it unique in a conversation where the vendor gave the answer no id either.
 */
export const ownCallId = (responseId: string | null, turn: number, index: number): string =>
  `${responseId ?? `turn-${turn}`}:${index}`

export const isOwnCallId = (id: string): boolean => /:\d+$/u.test(id)
