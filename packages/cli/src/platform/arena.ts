import type { Client } from '@waybill/client/client'
import type { Settings } from '@waybill/runtime/config'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'

/** What a run needs to see: on Kafka, or in one process. */
export interface Reader {
  readonly log: Log
  readonly codec: Codec
}

/** The product running somewhere, and how to get at it. */
export interface Arena {
  readonly kind: 'kafka' | 'memory'
  readonly settings: Settings
  readonly client: Client
  readonly simulatorUrl: string | undefined
  readonly notices: readonly string[]
  /** What another terminal needs to talk to it; empty where none can. */
  readonly addresses: Readonly<Record<string, string>>
  /** Reads on a connection of its own. */
  reader(): Promise<Reader>
  stop(): Promise<void>
}
