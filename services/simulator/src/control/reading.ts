// What control calls carry, checked: a wrong one is told what is wrong with it.
import { isObject, memberOf, stringAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Model, Provider } from '../prices.ts'
import type { Filter } from '../faults/standing.ts'
import { everywhere } from '../faults/fault.ts'

/** Thrown for what a caller got wrong. */
export class ControlError extends Error {}

const providers: readonly Provider[] = ['openai', 'anthropic', 'gemini']

export function providerIn(value: unknown): Provider {
  const found = providers.find((each) => each === value)
  if (found === undefined) throw new ControlError(`provider must be one of ${providers.join(', ')}`)
  return found
}

export function onlyThese(body: JsonObject, names: readonly string[]): void {
  const strange = Object.keys(body).find((name) => !names.includes(name))
  if (strange !== undefined) throw new ControlError(`'${strange}' is unknown; known are ${names.join(', ')}`)
}

export function filterIn(body: JsonObject): Filter {
  const api = stringAt(body, 'api')
  const known = everywhere.find((each) => each === api) ?? null
  if (api !== null && known === null) throw new ControlError(`api must be one of ${everywhere.join(', ')}`)
  return {
    provider: memberOf(body, 'provider') === undefined ? null : providerIn(body['provider']),
    api: known,
    model: stringAt(body, 'model'),
    contains: stringAt(body, 'contains'),
  }
}

export function numberIn(body: JsonObject, name: string, low: number, high: number): number | undefined {
  const value = memberOf(body, name)
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= low && value <= high) return value
  throw new ControlError(`${name} must be a number from ${low} to ${high}`)
}

export function wholeIn(body: JsonObject, name: string, high: number): number | undefined {
  const value = numberIn(body, name, 0, high)
  if (value === undefined || Number.isInteger(value)) return value
  throw new ControlError(`${name} must be a whole number`)
}

/** Of a rate limit; null where none is to be kept. */
export function limitIn(body: JsonObject, name: string): number | null {
  return memberOf(body, name) === null ? null : (numberIn(body, name, 1, 1e12) ?? null)
}

const reasons = ['never', 'asked', 'default', 'always'] as const

/** A model with its prices; what is left out is as of a small model. */
export function modelIn(body: unknown): Model {
  if (!isObject(body)) throw new ControlError('a model is a JSON object')
  const id = stringAt(body, 'id')
  if (id === null || id === '') throw new ControlError('id must be a text')
  const price = (name: string, fallback: number): number => wholeIn(body, name, 1e12) ?? fallback
  const input = price('input', 1_000_000)
  return {
    id,
    provider: providerIn(body['provider']),
    servedAs: stringAt(body, 'servedAs') ?? id,
    input,
    cachedInput: price('cachedInput', input),
    cacheWrite: price('cacheWrite', input),
    output: price('output', 4_000_000),
    contextTokens: price('contextTokens', 200_000),
    maxOutputTokens: price('maxOutputTokens', 64_000),
    reasons: reasons.find((each) => each === body['reasons']) ?? 'never',
    firstTokenMs: numberIn(body, 'firstTokenMs', 0, 3_600_000) ?? 150,
    tokensPerSecond: numberIn(body, 'tokensPerSecond', 1, 1e9) ?? 1_200,
    long: null,
  }
}
