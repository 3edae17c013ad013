import type { Offsets } from '../log.ts'

/** What a task is at, for whoever asks: metrics do. */
export interface TaskReading {
  readonly group: string
  readonly partition: number
  /** restoring: its state is read back; catchingUp: what came before the takeover is read; running: all of that is done. */
  readonly phase: 'restoring' | 'catchingUp' | 'running'
  /** Entries of its state, and the bytes that they take. */
  readonly entries: number
  readonly bytes: number
  /** Of those entries, what the stage calls open: asks without a reply, calls without a result. */
  readonly open: number
  /** The offset to be processed next, of each input. Empty while it restores. */
  readonly positions: Offsets
}
