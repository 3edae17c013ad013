// One plain schema out of references, alternatives and conjunctions: what the generator then fills in.
import type { JsonObject } from '../json.ts'
import { isArray, isObject, memberOf, objectAt, stringAt, stringsAt } from '../json.ts'
import type { Random } from '../random.ts'
import { pick } from '../random.ts'

/** References to references end here, as do conjunctions of conjunctions. */
const longestChain = 16

/** `small`: of the alternatives the one that goes least deep. */
export function flattened(schema: JsonObject, root: unknown, small: boolean, random: Random, chain = 0): JsonObject {
  if (chain > longestChain) return {}
  const again = (each: unknown): JsonObject =>
    isObject(each) ? flattened(each, root, small, random, chain + 1) : each === false ? { const: null } : {}
  const { $ref, allOf, anyOf, oneOf, ...own } = schema
  let merged: JsonObject = own
  if (typeof $ref === 'string') merged = joined(again(resolved($ref, root)), merged)
  if (isArray(allOf)) for (const each of allOf.slice(0, 50)) merged = joined(merged, again(each))
  for (const alternatives of [anyOf, oneOf]) {
    if (!isArray(alternatives) || alternatives.length === 0) continue
    merged = joined(merged, again(alternative(alternatives, merged, root, small, random)))
  }
  return conditioned(merged, again)
}

/** Where `if` would hold, `then` must: taken as holding, since most say what a known type looks like. */
function conditioned(schema: JsonObject, again: (each: unknown) => JsonObject): JsonObject {
  if (!isObject(schema['if'])) return schema
  const { if: condition, then: consequence, else: otherwise, ...own } = schema
  if (consequence === undefined) return joined(own, again(otherwise ?? {}))
  return joined(joined(own, again(condition)), again(consequence))
}

function alternative(
  from: readonly unknown[],
  base: JsonObject,
  root: unknown,
  small: boolean,
  random: Random,
): unknown {
  const type = stringAt(base, 'type')
  const fitting = from.filter((each) => type === null || [null, type].includes(stringAt(each, 'type')))
  const choices = fitting.length > 0 ? fitting : from
  if (!small)
    return (
      pick(
        random,
        choices.filter((each) => stringAt(each, 'type') !== 'null'),
      ) ?? choices[0]
    )
  return choices.toSorted((one, other) => weightOf(one) - weightOf(other))[0] ?? root
}

/** How likely it is that an alternative goes deeper. */
function weightOf(schema: unknown): number {
  if (!isObject(schema)) return 0
  if (Object.hasOwn(schema, 'const') || Object.hasOwn(schema, 'enum') || schema['type'] === 'null') return 0
  if (Object.hasOwn(schema, '$ref')) return 3
  return ['object', 'array'].includes(stringAt(schema, 'type') ?? '') || objectAt(schema, 'properties') !== null ? 2 : 1
}

/** Both hold. What both say about one keyword is narrowed where that is simple; else the second wins. */
function joined(one: JsonObject, other: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...one }
  for (const keyword in other) {
    const [mine, its] = [one[keyword], other[keyword]]
    result[keyword] = mine === undefined || mine === its ? its : narrowed(keyword, mine, its)
  }
  return result
}

function narrowed(keyword: string, mine: unknown, its: unknown): unknown {
  switch (keyword) {
    case 'required':
      return isArray(mine) && isArray(its) ? [...new Set([...mine, ...its])] : its
    case 'properties':
    case 'patternProperties':
      return isObject(mine) && isObject(its) ? bothMembers(mine, its) : its
    case 'enum':
      return isArray(mine) && isArray(its) ? shared(mine, its) : its
    case 'type':
      return typesInBoth(mine, its)
    case 'additionalProperties':
      return mine === false || its === false ? false : its
    case 'minimum':
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return Math.max(Number(mine), Number(its))
    case 'maximum':
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return Math.min(Number(mine), Number(its))
    default:
      return its
  }
}

function bothMembers(mine: JsonObject, its: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...mine }
  for (const name in its) {
    const [one, other] = [mine[name], its[name]]
    const needsBoth = isObject(one) && isObject(other) && one !== other
    result[name] = needsBoth ? { allOf: [one, other] } : (other ?? one)
  }
  return result
}

function shared(mine: readonly unknown[], its: readonly unknown[]): readonly unknown[] {
  const texts = new Set(its.map((each) => JSON.stringify(each)))
  const both = mine.filter((each) => texts.has(JSON.stringify(each)))
  return both.length > 0 ? both : its
}

function typesInBoth(mine: unknown, its: unknown): unknown {
  const wanted = typeof its === 'string' ? [its] : stringsAt({ its }, 'its')
  const own = typeof mine === 'string' ? [mine] : stringsAt({ mine }, 'mine')
  const both = wanted.filter((type) => own.includes(type) || (type === 'integer' && own.includes('number')))
  if (both.length > 0) return both
  return own.includes('integer') && wanted.includes('number') ? 'integer' : its
}

/** A pointer into the same document, or an anchor or id in its definitions; anything for what is elsewhere. */
function resolved(reference: string, root: unknown): unknown {
  const [before = '', pointer = ''] = reference.split('#')
  if (before !== '') return named(reference, root) ?? {}
  if (pointer === '') return root
  if (!pointer.startsWith('/')) return named(pointer, root) ?? {}
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((value, step) => stepInto(value, step.replaceAll('~1', '/').replaceAll('~0', '~')), root)
}

function stepInto(value: unknown, step: string): unknown {
  if (isArray(value)) return value[Number(step)]
  return memberOf(value, step) ?? memberOf(value, decoded(step))
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

function named(name: string, root: unknown): unknown {
  const definitions = [objectAt(root, '$defs'), objectAt(root, 'definitions')].flatMap((each) =>
    Object.values(each ?? {}),
  )
  const wanted = [name, `#${name}`]
  return definitions.find((each) => ['$anchor', '$id', 'id'].some((key) => wanted.includes(stringAt(each, key) ?? '')))
}
