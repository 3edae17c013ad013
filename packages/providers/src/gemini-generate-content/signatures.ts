import type { JsonObject } from '../json.ts'

interface Content {
  readonly role: 'user' | 'model'
  readonly parts: readonly JsonObject[]
}

/** The vendor's own word for a call that none of its models has made, and so none has signed. */
const unsigned = 'skip_thought_signature_validator'

const isCall = (part: JsonObject): boolean => part['functionCall'] !== undefined
const isSaid = (part: JsonObject): boolean => part['functionResponse'] === undefined

/**
 * Since the user last spoke, the first call of each step must be signed, else the request is refused. What another
 * vendor called, or came back without its signature, is said to be unsigned; a signature that is there stays.
 * Source: ai.google.dev/gemini-api/docs/thought-signatures.
 */
export function withSignedCalls(contents: readonly Content[]): readonly Content[] {
  const asked = contents.findLastIndex(({ role, parts }) => role === 'user' && parts.every(isSaid))
  return contents.map((content, index) => (content.role === 'model' && index > asked ? signed(content) : content))
}

function signed({ role, parts }: Content): Content {
  const first = parts.findIndex(isCall)
  return {
    role,
    parts: parts.map((part, index) => (index === first ? { thoughtSignature: unsigned, ...part } : part)),
  }
}
