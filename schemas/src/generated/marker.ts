// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Dispatch } from './dispatch.ts'

/** A call that was started. */
export interface Marker {
  /** The process that made it. */
  readonly by: string
  /** When. */
  readonly startedAt: number
  /** When it will have ended, whatever happens. */
  readonly endBy: number
  /** Whether that process, alive, said that the call still runs. */
  readonly held: boolean
  /** The order. */
  readonly dispatch: Dispatch
}
