// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { AnswerStatus } from './answer-status.ts'
import type { FinishReason } from './finish-reason.ts'
import type { Message } from './message.ts'
import type { Refusal } from './refusal.ts'
import type { Target } from './target.ts'
import type { ToolCall } from './tool-call.ts'
import type { Usage } from './usage.ts'

/** What the model said, in one shape for all vendors. */
export interface Answer {
  /** How it ended. */
  readonly status: AnswerStatus
  /** Why the model stopped. */
  readonly finishReason: FinishReason
  /** The text of the answer; null when there is none. */
  readonly text: string | null
  /** The structured output: JSON that parses and satisfies the output schema. */
  readonly output: string | null
  /** Tools to run, in order. */
  readonly toolCalls: readonly ToolCall[]
  /** The refusal, when status is refused. */
  readonly refusal: Refusal | null
  /** Tokens used by the call. */
  readonly usage: Usage
  /** The assistant's turn to append to the conversation, opaque parts included. */
  readonly message: Message
  /** Where the answer came from. */
  readonly target: Target
  /** The model that the vendor says has answered. */
  readonly servedModel: string | null
  /** Whether the served model is another than the pinned one. */
  readonly drifted: boolean
  /** Whether the output had to be cut out of prose or a code fence. */
  readonly repaired: boolean
  /** Settings of the request that the model does not take. */
  readonly ignored: readonly string[]
  /** Send this with the next request of the conversation. */
  readonly affinity: string | null
}
