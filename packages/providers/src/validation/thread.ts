import { validatorOf } from './validate.ts'

export interface CheckMessage {
  readonly schema: string
  readonly candidates: readonly string[]
}

/** The index of the first candidate that satisfies the schema, or null. What a worker thread runs for each message. */
export function handle(message: CheckMessage): number | null {
  const validity = validatorOf(message.schema)
  const index = message.candidates.findIndex((candidate) => validity(candidate) === 'valid')
  return index === -1 ? null : index
}
