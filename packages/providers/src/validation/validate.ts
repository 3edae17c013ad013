import type { Schema, SchemaDraft } from '@cfworker/json-schema'
import { validate as run } from '@cfworker/json-schema'
import type { JsonObject } from '../json.ts'
import { isObject, parseJson, stringAt } from '../json.ts'
import type { Resolve } from '../schema/references.ts'
import { resolverOf } from '../schema/references.ts'
import { innerSchemas } from './keywords.ts'
import { runnable } from './patterns.ts'

/** unverifiable: nobody can tell, because the schema refers to what is not there or holds a pattern that is none. */
export type Validity = 'valid' | 'invalid' | 'unverifiable'

/** A schema that names no draft, or one we do not know, is of the newest. Draft 6 is read as 7, which only adds to it. */
function draftOf(schema: unknown): SchemaDraft {
  const named = stringAt(schema, '$schema') ?? ''
  if (/draft-0[34]/u.test(named)) return '4'
  if (/draft-0[67]/u.test(named)) return '7'
  return named.includes('2019-09') ? '2019-09' : '2020-12'
}

export type Validator = (valueText: string) => Validity

/**
 * Whether values satisfy a stranger's schema. Run it in a thread with a deadline: a pattern or a reference can take
 * for ever, and nothing in here can stop that.
 */
export function validatorOf(schemaText: string): Validator {
  const schema = parseJson(schemaText)
  if (typeof schema === 'boolean') return (text) => (schema && parseJson(text) !== undefined ? 'valid' : 'invalid')
  if (!isObject(schema)) return () => 'unverifiable'
  try {
    const draft = draftOf(schema)
    const lookup = prepare(schema)
    return (text) => verdictOn(text, schema, draft, lookup)
  } catch {
    return () => 'unverifiable'
  }
}

export const validate = (schemaText: string, valueText: string): Validity => validatorOf(schemaText)(valueText)

type Lookup = Record<string, Schema | boolean>

function verdictOn(text: string, schema: Schema, draft: SchemaDraft, lookup: Lookup): Validity {
  const value = parseJson(text)
  if (value === undefined) return 'invalid'
  try {
    return run(value, schema, draft, lookup, true).valid ? 'valid' : 'invalid'
  } catch {
    return 'unverifiable'
  }
}

/**
 * What every reference names, by our own reading: the validator's throws where two parts have one id. On the way makes
 * what was parsed runnable, which is nobody else's: patterns have the u flag only, and a recursive reference is one.
 */
function prepare(root: JsonObject): Lookup {
  const lookup = new Map<string, Schema | boolean>()
  const resolve = resolverOf(root)
  const open: Record<string, unknown>[] = [root]
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    makeRunnable(schema)
    const target = newReference(schema, lookup, resolve)
    // It may lead to where no keyword does.
    if (isObject(target)) open.push(target)
    for (const [, inner] of innerSchemas(schema)) open.push(inner)
  }
  return Object.fromEntries(lookup)
}

function newReference(schema: JsonObject, lookup: Map<string, Schema | boolean>, resolve: Resolve): unknown {
  const reference = stringAt(schema, '$ref')
  if (reference === null || lookup.has(reference)) return undefined
  const target = resolve(reference)
  if (isObject(target) || typeof target === 'boolean') lookup.set(reference, target)
  return target
}

function makeRunnable(schema: Record<string, unknown>): void {
  if (schema['$recursiveRef'] === '#') schema['$ref'] ??= '#'
  delete schema['$recursiveRef']
  replacePatterns(schema)
}

function replacePatterns(schema: Record<string, unknown>): void {
  const pattern = schema['pattern']
  if (typeof pattern === 'string') schema['pattern'] = runnable(pattern) ?? pattern
  const patterned = schema['patternProperties']
  if (!isObject(patterned)) return
  schema['patternProperties'] = Object.fromEntries(
    Object.entries(patterned).map(([name, inner]) => [runnable(name) ?? name, inner]),
  )
}
