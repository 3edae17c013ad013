import type { Request } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import type { SpendTable } from '@waybill/routing/budget/spend-table'
import type { Grant } from '@waybill/routing/budget/verdict'
import type { BudgetWindow } from '@waybill/routing/budget/window'
import type { DecideInput } from '@waybill/routing/decide'
import type { Begun } from '@waybill/routing/latency/under-way'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'

/** A rule that a request breaks. */
export interface Problem {
  readonly reason: string
  /** Where, and what to do. Never holds content. */
  readonly detail: string
}

/** A request with all that can be known of it without state. */
export interface PreparedRequest {
  readonly type: 'request'
  readonly request: Request
  /** Content hash; null where the request has none, because it breaks a rule. */
  readonly hash: string | null
  /** The id, hashed; with idempotency key together with the body. */
  readonly askKey: string
  /** With idempotency key: hash of the body that the key stands for. */
  readonly body: string | null
  /** The partition of the hash. */
  readonly home: number
  readonly problem: Problem | null
  /** What all routers together say of its tenant's budget; null where nobody was asked, or nobody has answered. */
  readonly grant: Grant | null
}

interface PreparedResponse {
  readonly type: 'response'
  readonly response: Response
}

export type Prepared = PreparedRequest | PreparedResponse

/** The answer at the coordinates of a claim was read, or was not there. */
export interface ReadDone {
  readonly hash: string
  readonly claim: string
  readonly response: Response | null
  /** Size of its record. */
  readonly bytes: number
}

/** Read the answer of a claim. */
export interface Read {
  readonly kind: 'read'
  readonly hash: string
  readonly claim: string
  /** Coordinates of the response. */
  readonly where: string
}

/** Keep an answer near: it was just published. */
export interface Keep {
  readonly kind: 'keep'
  readonly hash: string
  readonly response: Response
  readonly bytes: number
}

/** Tell that a tenant is over a soft limit: somebody may want to know. */
export interface SoftLimit {
  readonly kind: 'softLimit'
  readonly tenant: string
  readonly window: BudgetWindow
  readonly startsAt: number
}

/** What was held for this request is told by the log now, or not needed. */
interface Release {
  readonly kind: 'release'
  /** Coordinates of its record. */
  readonly holder: string
}

/** An attempt is ordered: until it ends, its age says something of its target. */
interface Dispatched {
  readonly kind: 'dispatched'
  readonly begun: Begun
}

/** The chain is over. */
interface Ended {
  readonly kind: 'ended'
  readonly claim: string
}

export type Effect = Read | Keep | SoftLimit | Release | Dispatched | Ended

/** What the router's steps may look at besides the state. */
export interface Tables extends Pick<DecideInput, 'snapshot' | 'policy' | 'catalogue' | 'clock'> {
  readonly settings: ProtocolSettings
  readonly partitions: number
  /** What all partitions have said of tenants' budgets. */
  readonly spend: SpendTable
  /** Decodes and prepares a request that was kept with an ask; null where that is impossible. */
  readonly prepare: (bytes: Uint8Array, ask: { readonly source: string }) => PreparedRequest | null
  /** What each vendor makes of a request's schemas. */
  readonly schemaSupport: (request: Request) => DecideInput['schemaSupport']
  /** Whether something is cooling down, and how many backups were used lately. */
  readonly backups: { readonly coolingDown: boolean; readonly requests: number; readonly backupsUsed: number }
}
