import type { Answer } from '@waybill/schemas/generated/answer'
import type { FinishReason } from '@waybill/schemas/generated/finish-reason'
import type { Part } from '@waybill/schemas/generated/part'
import type { Refusal } from '@waybill/schemas/generated/refusal'
import type { ToolCall } from '@waybill/schemas/generated/tool-call'
import { toolNames } from './conversation.ts'
import type { CheckedUsage } from './counts.ts'
import { hasDrifted } from './drift.ts'
import type { FailureClass } from './failure.ts'
import { failureOf } from './failure.ts'
import { isObject, parseJson } from './json.ts'
import type { NameRule } from './renaming.ts'
import { inverse, renaming } from './renaming.ts'
import type { AnswerContext, AnswerOutcome } from './vendor-api.ts'

/** One piece of an answer, still with the vendor's names. */
export type Said =
  | { readonly kind: 'text'; readonly text: string; readonly own?: unknown }
  | { readonly kind: 'reasoning'; readonly text: string; readonly own?: unknown }
  | {
      readonly kind: 'toolCall'
      readonly id: string
      readonly name: string
      /** JSON text, or what was parsed from it. */
      readonly arguments: unknown
      readonly own?: unknown
    }
  | { readonly kind: 'opaque'; readonly own: unknown }

/** What a vendor's folder reads from a body of status 200. */
export interface Reading {
  readonly said: readonly Said[]
  readonly finish: FinishReason
  /** With finish `error`: what went wrong. */
  readonly failure: FailureClass | null
  readonly refusal: Refusal | null
  readonly usage: CheckedUsage
  /** The service tier that the vendor says it served at; null where it does not say. */
  readonly servedTier: string | null
  readonly servedModel: string | null
  /** The id that an alias of the vendor stands for. */
  readonly alias?: string | undefined
  readonly nameRule: NameRule
  readonly providerRequestId: string | null
}

/** More than anyone runs; a body of 4 MiB holds a hundred thousand. */
const mostCalls = 1_000

/** The one place that decides what an answer is, for all vendors. */
export function draftOf(reading: Reading, context: AnswerContext): AnswerOutcome {
  if (reading.finish === 'error') return unusable(reading, context, reading.failure ?? 'provider_error')
  const isCut = reading.finish === 'length' || reading.finish === 'incomplete'
  const said = saidOf(reading, isCut)
  if (said.filter((each) => each.kind === 'toolCall').length > mostCalls)
    return unusable(reading, context, 'malformed_call')
  const turn = turnOf(said, isCut, caller(reading, context), context)
  return typeof turn === 'string'
    ? unusable(reading, context, turn)
    : assembled(reading, context, turn.parts, turn.toolCalls)
}

interface AnsweredTurn {
  readonly parts: readonly Part[]
  readonly toolCalls: readonly ToolCall[]
}

function turnOf(
  said: readonly Said[],
  isCut: boolean,
  call: Caller,
  context: AnswerContext,
): AnsweredTurn | FailureClass {
  const parts: Part[] = []
  const toolCalls: ToolCall[] = []
  for (const each of said) {
    const called = each.kind === 'toolCall' ? call(each) : null
    if (typeof called === 'string') {
      if (isCut) continue
      return called
    }
    if (called !== null) toolCalls.push(called)
    parts.push(partOf(each, called, context))
  }
  return { parts, toolCalls }
}

type Caller = (said: Said & { kind: 'toolCall' }) => ToolCall | FailureClass

/** What the token limit cut off in its middle must not look like a call, nor what a filter stopped. */
function saidOf({ said, finish }: Reading, isCut: boolean): readonly Said[] {
  if (finish === 'refusal' || finish === 'contentFilter') return said.filter((each) => each.kind !== 'toolCall')
  return isCut && said.at(-1)?.kind === 'toolCall' ? said.slice(0, -1) : said
}

function caller(reading: Reading, context: AnswerContext): Caller {
  const ours = inverse(renaming(toolNames(context.request), reading.nameRule))
  const given = new Set(context.request.tools.map((tool) => tool.name))
  const ids = new Set<string>()
  return (said) => {
    const name = ours.get(said.name)
    if (name === undefined || !given.has(name)) return 'unknown_tool'
    const text = argumentsText(said.arguments)
    return text === null ? 'tool_args_invalid' : { id: uniqueId(said.id, ids), name, arguments: text }
  }
}

/** A vendor that gives two calls one id, or an empty one, would leave a caller with results that nobody can tell apart. */
function uniqueId(id: string, taken: Set<string>): string {
  const unique = id !== '' && !taken.has(id) ? id : `${id}#${taken.size}`
  taken.add(unique)
  return unique
}

/** The arguments as JSON text of an object; nothing at all stands for no arguments. */
function argumentsText(given: unknown): string | null {
  if (given === undefined || given === null) return '{}'
  if (typeof given !== 'string') return isObject(given) ? JSON.stringify(given) : null
  if (given.trim() === '') return '{}'
  return isObject(parseJson(given)) ? given : null
}

function partOf(said: Said, call: ToolCall | null, context: AnswerContext): Part {
  const { provider, api, account } = context.target
  // Vendors seal some of it for the account that it was made in.
  const owner = { provider, api, ...(account === 'default' ? {} : { account }) }
  const opaque = said.own === undefined ? null : JSON.stringify({ ...owner, value: said.own })
  const text = said.kind === 'text' || said.kind === 'reasoning' ? said.text : null
  return { kind: said.kind, text, json: call === null ? null : toolCallJson(call), media: null, opaque }
}

/** A call as it stands in a turn. */
export const toolCallJson = (call: ToolCall): string =>
  `{"id":${JSON.stringify(call.id)},"name":${JSON.stringify(call.name)},"arguments":${call.arguments}}`

function unusable(reading: Reading, context: AnswerContext, failure: FailureClass): AnswerOutcome {
  const { servedModel, servedTier, providerRequestId } = reading
  const drifted = driftedIn(reading, context)
  return { kind: 'unusable', failure, usage: reading.usage.usage, servedModel, servedTier, drifted, providerRequestId }
}

const driftedIn = ({ servedModel, alias }: Reading, { target }: AnswerContext): boolean =>
  hasDrifted(target.model, servedModel, alias)

function assembled(
  reading: Reading,
  context: AnswerContext,
  parts: readonly Part[],
  toolCalls: readonly ToolCall[],
): AnswerOutcome {
  const { request, target } = context
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
  const finishReason = finishOf(reading.finish, toolCalls.length > 0)
  const status = statusOf(finishReason)
  const missing = text === '' && toolCalls.length === 0 ? missingOf(finishReason, status) : null
  if (missing !== null) return unusable(reading, context, missing)
  const answer: Answer = {
    status,
    finishReason,
    text: text === '' ? null : text,
    output: null,
    toolCalls,
    refusal: status === 'refused' ? (reading.refusal ?? unexplained) : null,
    usage: reading.usage.usage,
    message: { role: 'assistant', parts },
    target,
    servedModel: reading.servedModel,
    drifted: driftedIn(reading, context),
    repaired: false,
    ignored: [],
    // What is worth keeping is known to who settles the answer.
    affinity: null,
  }
  const wantsOutput = request.outputSchema !== null && status === 'completed' && toolCalls.length === 0
  const draft = {
    answer,
    outputText: wantsOutput ? text : null,
    request,
    usageSuspect: reading.usage.suspect,
    servedTier: reading.servedTier,
  }
  return { kind: 'answer', answer: draft, providerRequestId: reading.providerRequestId }
}

const unexplained: Refusal = { kind: 'model', category: null, message: null }

/** Cut short or refused, an answer may be empty; else there is nothing that the caller could use. */
function missingOf(finish: FinishReason, status: Answer['status']): FailureClass | null {
  if (finish === 'incomplete') return 'incomplete_answer'
  return status === 'completed' ? 'empty_answer' : null
}

/** Vendors say `stop` with tool calls in it, so calls decide, unless the answer was cut or refused. */
function finishOf(finish: FinishReason, hasCalls: boolean): FinishReason {
  if (hasCalls && (finish === 'stop' || finish === 'other')) return 'toolCalls'
  return !hasCalls && finish === 'toolCalls' ? 'stop' : finish
}

function statusOf(finish: FinishReason): Answer['status'] {
  if (finish === 'length' || finish === 'incomplete') return 'truncated'
  return finish === 'refusal' || finish === 'contentFilter' ? 'refused' : 'completed'
}

/** The outcome of a body of status 200 that is no answer. */
export function noAnswer(failure: FailureClass, providerRequestId: string | null): AnswerOutcome {
  return { kind: 'ambiguous', failure: failureOf(failure), providerRequestId }
}
