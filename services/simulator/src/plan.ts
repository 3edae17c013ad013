// From a request to what will be sent back, how late and at what cost. No sockets here.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './content/answer.ts'
import type { Habits } from './content/compose.ts'
import { compose } from './content/compose.ts'
import type { Pace } from './delay.ts'
import { plannedDelay } from './delay.ts'
import type { AnswerContext, FaultContext, Parameters, Reply } from './faults/fault.ts'
import type { Commanded } from './faults/registry.ts'
import type { StandingFaults } from './faults/standing.ts'
import { isObject, parseJson } from './json.ts'
import type { JsonObject } from './json.ts'
import type { RowTokens } from './ledger/row.ts'
import { noTokens } from './ledger/row.ts'
import type { Model } from './prices.ts'
import { costPicoUsd } from './prices.ts'
import type { RateLimits, Refusal } from './rate-limits.ts'
import { letters, randomOf, seedOf } from './random.ts'
import type { Ask, Failure, FailureDetails, FailureKind, Identity, Problem, Vendor } from './apis/vendor.ts'
import { isProblem } from './apis/vendor.ts'

export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
  readonly nowMs: number
  /** The number that the call will have in the ledger. */
  readonly sequence: number
  /** What the caller itself commands. */
  readonly commands: readonly Commanded[]
}

export interface World extends Pace, Habits {
  readonly seed: string
  readonly models: ReadonlyMap<string, Model>
  readonly standing: StandingFaults
  readonly limits: RateLimits
}

export interface Plan {
  readonly reply: Reply
  readonly plannedMs: number
  readonly model: string
  readonly fault: string | null
  readonly billed: boolean
  readonly tokens: RowTokens
  readonly costPicoUsd: number
}

interface Call extends Received {
  /** Empty where none was sent. */
  readonly key: string
  readonly vendor: Vendor
  readonly world: World
  readonly drawn: string
  readonly identity: Identity
}

export function planned(received: Received, vendor: Vendor, world: World): Plan {
  const drawn = seedOf(world.seed, received.url.pathname, received.body)
  const fresh = randomOf(drawn, String(received.sequence))
  const identity: Identity = { id: (prefix, count) => `${prefix}${letters(fresh, count)}`, nowMs: received.nowMs }
  const key = vendor.keyOf(received.headers, received.url)
  const call: Call = { ...received, vendor, world, drawn, identity, key: key ?? '' }
  if (key === null) return refused(call, { wrong: 'authMissing' }, '', null)
  const request = parseJson(Buffer.from(received.body).toString('utf8'))
  if (!isObject(request)) return refused(call, { wrong: 'invalidJson' }, '', null)
  const model = vendor.modelOf(request, received.url)
  if (isProblem(model)) return refused(call, model, '', null)
  const { provider, api } = vendor
  const commands =
    received.commands.length > 0
      ? received.commands
      : world.standing.strike({ provider, api, model, body: received.body })
  return struck(call, request, model, commands)
}

/** Errors strike before the request is even read; the rest changes an answer. */
function struck(call: Call, request: JsonObject, modelId: string, commands: readonly Commanded[]): Plan {
  const known = call.world.models.get(modelId)
  const model = known?.provider === call.vendor.provider ? known : undefined
  for (const command of commands) {
    const { effect } = command.fault
    if (effect.on === 'failure') return failed(call, effect.failure, modelId, model ?? null, command)
  }
  if (model === undefined) return refused(call, { wrong: 'modelMissing' }, modelId, null)
  const ask = call.vendor.read(request, model, call.headers)
  if (isProblem(ask)) return refused(call, ask, modelId, model)
  if (ask.inputTokens > model.contextTokens)
    return refused(call, { wrong: 'contextTooLong' }, modelId, model, ask.inputTokens, model.contextTokens)
  return answered(call, request, ask, model, commands)
}

function answered(call: Call, request: JsonObject, ask: Ask, model: Model, commands: readonly Commanded[]): Plan {
  const { vendor, world, identity, drawn } = call
  let answer = compose(ask, model, world, drawn)
  for (const command of commands) {
    const { effect } = command.fault
    if (effect.on === 'answer') answer = effect.change(answer, answerContext(call, ask, command))
  }
  const { uncachedInput, cachedInput, cacheWrite, output, reasoning } = answer.usage
  const used = uncachedInput + cacheWrite + output + reasoning
  const refusal = world.limits.take({ key: call.key, model: model.servedAs }, used, call.nowMs)
  if (refusal !== null) return limited(call, model, refusal)
  const plannedMs = delayOf(commands, plannedDelay(model, output + reasoning, world, drawn))
  const body = Buffer.from(JSON.stringify(vendor.answer({ ask, model, request, answer, identity })))
  let reply: Reply = { status: 200, headers: headersOf(call, model.id, plannedMs), body, delivery: { kind: 'whole' } }
  for (const command of commands) {
    const { effect } = command.fault
    if (effect.on === 'reply') reply = effect.change(reply, faultContext(call, model.id, command.parameters))
  }
  const billed = commands.every((command) => command.billed)
  const tokens = { uncachedInput, cachedInput, cacheWrite, output: output + reasoning }
  return {
    reply,
    plannedMs,
    model: model.id,
    fault: namesOf(commands),
    billed,
    tokens: billed ? rowTokens(answer) : noTokens,
    costPicoUsd: billed ? costPicoUsd(model, tokens, ask.serviceTier) : 0,
  }
}

function rowTokens({ usage }: Answer): RowTokens {
  return {
    input: usage.uncachedInput + usage.cachedInput + usage.cacheWrite,
    cachedInput: usage.cachedInput,
    cacheWrite: usage.cacheWrite,
    output: usage.output + usage.reasoning,
    reasoning: usage.reasoning,
  }
}

const namesOf = (commands: readonly Commanded[]): string | null =>
  commands.length === 0 ? null : commands.map((command) => command.fault.name).join(',')

const delayOf = (commands: readonly Commanded[], plannedMs: number): number =>
  commands.find((command) => command.delayMs !== null)?.delayMs ?? plannedMs

/** The vendor turns the request away by its own rules. */
function refused(call: Call, problem: Problem, model: string, known: Model | null, given = 0, limit = 0): Plan {
  const { message = '', param = null, code = null } = problem
  const details = { ...detailsOf(call, model), message, param, code, given, limit }
  const failure = call.vendor.failure(problem.wrong, details) ?? { status: 400, body: {} }
  return failurePlan(call, failure, model, plannedDelay(known, null, call.world, call.drawn), null)
}

/** One of the vendor's limits is used up. */
function limited(call: Call, model: Model, refusal: Refusal): Plan {
  const details = { ...detailsOf(call, model.id), refusal, retryAfterMs: refusal.retryAfterMs }
  const failure = call.vendor.failure('rateLimit', details) ?? { status: 429, body: {} }
  return failurePlan(call, failure, model.id, plannedDelay(model, null, call.world, call.drawn), null)
}

function headersOf(call: Call, model: string, plannedMs: number): Readonly<Record<string, string>> {
  const { vendor, world, identity, key, nowMs } = call
  const caller = { key, model: world.models.get(model)?.servedAs ?? model }
  return vendor.headers(identity, plannedMs, world.limits.look(caller, nowMs))
}

/** The vendor fails because it was told to. */
function failed(call: Call, kind: FailureKind, model: string, known: Model | null, command: Commanded): Plan {
  const failure = faultContext(call, model, command.parameters).failure(kind) ?? { status: 500, body: {} }
  const plannedMs = delayOf([command], plannedDelay(known, null, call.world, call.drawn))
  return failurePlan(call, failure, model, plannedMs, command.fault.name)
}

function failurePlan(call: Call, failure: Failure, model: string, plannedMs: number, fault: string | null): Plan {
  const headers = { ...headersOf(call, model, plannedMs), ...failure.headers }
  const body = Buffer.from(JSON.stringify(failure.body))
  const reply: Reply = { status: failure.status, headers, body, delivery: { kind: 'whole' } }
  return { reply, plannedMs, model, fault, billed: false, tokens: noTokens, costPicoUsd: 0 }
}

function detailsOf(call: Call, model: string): FailureDetails {
  const parts = { message: 'Invalid value for one of the parameters.', param: null, code: 'invalid_value' }
  const sizes = { given: call.body.length, limit: call.body.length - 1 }
  const { pathname: path } = call.url
  const requestId = call.identity.id('req_', 24)
  const said = { retryAfterMs: null, sayMilliseconds: false, refusal: null }
  return { model, path, method: call.method, ...parts, ...sizes, ...said, requestId }
}

function faultContext(call: Call, model: string, parameters: Parameters): FaultContext {
  const wait = parameters['retry-after-ms']
  const retryAfterMs = wait === undefined ? null : Number(wait)
  const details = { ...detailsOf(call, model), retryAfterMs, sayMilliseconds: parameters['say'] === 'both' }
  return {
    api: call.vendor.api,
    parameters,
    random: randomOf(call.drawn, 'fault'),
    failure: (kind) => call.vendor.failure(kind, details),
  }
}

const answerContext = (call: Call, ask: Ask, command: Commanded): AnswerContext => ({
  ...faultContext(call, '', command.parameters),
  ask,
})

/** A body that was not read to its end, a path or a method that is not there. */
export function turnedAway(received: Received, vendor: Vendor, world: World, kind: FailureKind, limit: number): Plan {
  const drawn = seedOf(world.seed, received.url.pathname)
  const fresh = randomOf(drawn, String(received.sequence))
  const identity: Identity = { id: (prefix, count) => `${prefix}${letters(fresh, count)}`, nowMs: received.nowMs }
  return refused(
    { ...received, vendor, world, drawn, identity, key: '' },
    { wrong: kind },
    '',
    null,
    received.body.length,
    limit,
  )
}
