// What the server knows of a vendor's API: one object each, so that a vendor is one folder and one line in the registry.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../content/answer.ts'
import type { JsonObject } from '../json.ts'
import type { Model, Provider, ServiceTier } from '../prices.ts'
import type { Allowance, Refusal } from '../rate-limits.ts'

export type ApiName = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate-content'

export interface Tool {
  readonly name: string
  readonly schema: unknown
}

export type Format =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: unknown }

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high'

/** What a request asks for, the same for every API. */
export interface Ask {
  readonly tools: readonly Tool[]
  readonly choice: 'none' | 'auto' | 'required' | { readonly name: string }
  readonly parallel: boolean
  readonly format: Format
  /** null: as much as the model can. */
  readonly maxTokens: number | null
  readonly stop: readonly string[]
  /** The last word of the conversation is a tool's: it is answered in text. */
  readonly afterToolResult: boolean
  /** null: as the model does by default. */
  readonly effort: Effort | null
  readonly serviceTier: ServiceTier
  readonly inputTokens: number
  /** Whether the caller marked a part for the cache. */
  readonly cacheMarked: boolean
}

/** Why a request is turned away; `message` in the vendor's words. */
export interface Problem {
  readonly wrong: FailureKind
  readonly message?: string
  readonly param?: string | null
  readonly code?: string | null
}

export type FailureKind =
  | 'invalidRequest'
  | 'invalidJson'
  | 'contextTooLong'
  | 'inputBlocked'
  | 'authMissing'
  | 'authInvalid'
  | 'permissionDenied'
  | 'modelMissing'
  | 'pathMissing'
  | 'methodWrong'
  | 'bodyTooLarge'
  | 'requestTimeout'
  | 'rateLimit'
  | 'slowDown'
  | 'rampLimit'
  | 'quotaExhausted'
  | 'creditExhausted'
  | 'spendLimit'
  | 'billing'
  | 'serverError'
  | 'unavailable'
  | 'overloaded'
  | 'deadlineExceeded'

export interface FailureDetails {
  readonly model: string
  readonly path: string
  readonly method: string
  readonly message: string
  readonly param: string | null
  readonly code: string | null
  /** null: the vendor does not say when to come back. */
  readonly retryAfterMs: number | null
  /** Whether the wait is also said in milliseconds, where the vendor has a header for that. */
  readonly sayMilliseconds: boolean
  /** The limit that was met; null where the failure was commanded. */
  readonly refusal: Refusal | null
  /** Tokens, or bytes where the body is too large. */
  readonly given: number
  readonly limit: number
  readonly requestId: string
}

export interface Failure {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What makes one answer differ from the next: ids, and the time. */
export interface Identity {
  /** A new id with so many letters after the prefix. */
  readonly id: (prefix: string, letters: number) => string
  readonly nowMs: number
}

export interface Exchange {
  readonly ask: Ask
  readonly model: Model
  readonly request: JsonObject
  readonly answer: Answer
  readonly identity: Identity
}

export interface Vendor {
  readonly api: ApiName
  readonly provider: Provider
  /** null for none: the vendor's own error follows. */
  readonly keyOf: (headers: IncomingHttpHeaders, url: URL) => string | null
  /** The model that is asked for, or what is wrong; the rest of the request is read once the model is known. */
  readonly modelOf: (request: JsonObject, url: URL) => string | Problem
  readonly read: (request: JsonObject, model: Model, headers: IncomingHttpHeaders) => Ask | Problem
  readonly answer: (exchange: Exchange) => JsonObject
  /** null: this vendor has no such failure. */
  readonly failure: (kind: FailureKind, details: FailureDetails) => Failure | null
  readonly headers: (identity: Identity, plannedMs: number, allowance: Allowance) => Readonly<Record<string, string>>
}

/** For everything that is read: a value, or what is wrong with it. */
export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'wrong')

export const invalid = (message: string): Problem => ({ wrong: 'invalidRequest', message })

export function firstProblem(...checks: readonly (() => Problem | null)[]): Problem | null {
  for (const check of checks) {
    const found = check()
    if (found !== null) return found
  }
  return null
}
