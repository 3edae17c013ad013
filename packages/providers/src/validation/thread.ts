import { validate } from './validate.ts'

export interface CheckMessage {
  readonly schema: string
  readonly candidates: readonly string[]
}

/** The index of the first candidate that satisfies the schema, or null. What a worker thread runs for each message. */
export function handle(message: CheckMessage): number | null {
  const index = message.candidates.findIndex((candidate) => validate(message.schema, candidate) === 'valid')
  return index === -1 ? null : index
}
