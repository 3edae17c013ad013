import type { JsonObject } from '../json.ts'

export interface Transformed {
  /** What the vendor gets. */
  readonly schema: JsonObject
  /** Whether the vendor binds the model to it; else it is a hint, and only our validation holds. */
  readonly isEnforced: boolean
  /** Keywords that the vendor does not see, or reads more loosely than they are meant. */
  readonly lossy: readonly string[]
  /** What the model gave under the vendor's schema, as it would be under the original. */
  readonly undo: (value: unknown) => unknown
}

/** null: this vendor cannot be given the schema at all. */
export type Transform = (schemaText: string) => Transformed | null
