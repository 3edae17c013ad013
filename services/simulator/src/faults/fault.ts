// What a fault is: a row in one of the tables, which change a failure, an answer or the bytes on the wire.
import type { Answer } from '../content/answer.ts'
import type { Random } from '../random.ts'
import type { ApiName, Ask, Failure, FailureKind } from '../apis/vendor.ts'

export type Parameters = Readonly<Record<string, string>>

/** How a reply gets to the caller. */
export type Delivery =
  | { readonly kind: 'whole' }
  | { readonly kind: 'hang'; readonly sent: 'nothing' | 'headers' | 'half' }
  /** `rst`: the connection is reset; else it is closed. */
  | { readonly kind: 'broken'; readonly sent: 'nothing' | 'headers' | 'half'; readonly rst: boolean }
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  | { readonly kind: 'stream'; readonly chunks: () => Iterable<Uint8Array> }

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
  readonly delivery: Delivery
}

export interface FaultContext {
  readonly api: ApiName
  readonly parameters: Parameters
  readonly random: Random
  /** null where the vendor has no such failure. */
  readonly failure: (kind: FailureKind) => Failure | null
}

export interface AnswerContext extends FaultContext {
  readonly ask: Ask
}

type Effect =
  | { readonly on: 'failure'; readonly failure: FailureKind }
  | { readonly on: 'answer'; readonly change: (answer: Answer, context: AnswerContext) => Answer }
  | { readonly on: 'reply'; readonly change: (reply: Reply, context: FaultContext) => Reply }

export interface Fault {
  readonly name: string
  /** What happens, for the documentation. */
  readonly about: string
  readonly apis: readonly ApiName[]
  /** What can be set, with defaults; besides these, every fault takes `billed` and `delay-ms`. */
  readonly parameters: Parameters
  /** Whether a vendor would bill the call. */
  readonly billed: boolean
  readonly effect: Effect
}

export const everywhere: readonly ApiName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate-content',
]

export const numberIn = (parameters: Parameters, name: string): number => Number(parameters[name] ?? 0)
