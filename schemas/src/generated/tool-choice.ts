// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { ToolChoiceKind } from './tool-choice-kind.ts'

/** Whether tools may, must or must not be used. */
export interface ToolChoice {
  /** The choice. */
  readonly kind: ToolChoiceKind
  /** Which tool, when kind is tool. */
  readonly name: string | null
}
