// An answer before it is put into a vendor's shape. Faults change it here, so that one row breaks it for every vendor.

export interface Usage {
  readonly uncachedInput: number
  readonly cachedInput: number
  readonly cacheWrite: number
  /** Without reasoning. */
  readonly output: number
  readonly reasoning: number
}

export interface Call {
  readonly name: string
  readonly arguments: unknown
  /** What stands where the arguments stand, whatever they are: text for APIs that send text. */
  readonly raw?: unknown
  /** null: the answer has no id for it; absent: a new one. */
  readonly id?: string | null
}

export type Finish =
  | { readonly kind: 'stop' | 'length' | 'toolCalls' | 'contentFilter' | 'paused' | 'continued' | 'contextFull' }
  | { readonly kind: 'stopSequence'; readonly sequence: string }
  | { readonly kind: 'refusal'; readonly explanation: string; readonly category: string | null }
  /** The vendor's own word, known or not. */
  | { readonly kind: 'word'; readonly word: string; readonly message?: string }
  /** The vendor answers without any candidate or choice. */
  | { readonly kind: 'nothing'; readonly blockReason: string | null }
  /** HTTP 200 and yet no success. */
  | { readonly kind: 'status'; readonly status: string; readonly code: string | null; readonly message: string | null }

export interface Answer {
  /** Joined they are the text; most vendors send one. */
  readonly texts: readonly string[]
  readonly calls: readonly Call[]
  readonly finish: Finish
  readonly usage: Usage
  /** What the answer says was used, where that is not the truth; null: nothing. */
  readonly saidUsage?: Usage | null
  readonly servedModel: string
  /** A summary of the reasoning, in the vendor's own kind of part. */
  readonly thought?: string
  /** A part of a kind that nobody has heard of. */
  readonly strangePart?: boolean
  /** Text that comes before the answer and is not part of it, where the vendor marks such text. */
  readonly commentary?: string
}

export const textOf = (answer: Answer): string => answer.texts.join('')

export const shownUsage = (answer: Answer): Usage | null =>
  answer.saidUsage === undefined ? answer.usage : answer.saidUsage

/** The arguments as APIs write them that send text. */
export function argumentsText(call: Call): string {
  if (call.raw === undefined) return JSON.stringify(call.arguments)
  return typeof call.raw === 'string' ? call.raw : JSON.stringify(call.raw)
}
