import { isObject, nestsDeeper, parseJson, stringAt } from '../json.ts'
import { resolverOf } from '../schema/references.ts'
import type { Resolve } from '../schema/references.ts'
import { brokenKeyword, innerSchemas } from './keywords.ts'

export interface SchemaFault {
  /** JSON pointer to the schema that breaks the rule. */
  readonly path: string
  readonly rule: string
}

/** Larger than any of ten thousand schemas of the wild by five times. */
const mostCharacters = 262_144
/** Brackets within brackets. */
const deepest = 100
const mostSchemas = 20_000
const longestPath = 200

interface Place {
  readonly path: string
  readonly schema: Readonly<Record<string, unknown>>
}

/**
 * Why a text is no JSON Schema that an answer could be validated against, or undefined. One pass over it: what a
 * stranger sends costs in proportion to its length, whatever it is.
 */
export function checkSchema(schemaText: string): SchemaFault | undefined {
  if (schemaText.length > mostCharacters) return { path: '', rule: `at most ${mostCharacters} characters` }
  if (nestsDeeper(schemaText, deepest)) return { path: '', rule: `at most ${deepest} levels deep` }
  const root = parseJson(schemaText)
  if (root === undefined) return { path: '', rule: 'JSON' }
  if (typeof root === 'boolean') return undefined
  if (!isObject(root)) return { path: '', rule: 'an object or a boolean' }
  return walk({ path: '', schema: root }, resolverOf(root))
}

function walk(root: Place, resolve: Resolve): SchemaFault | undefined {
  const open: Place[] = [root]
  for (let count = 0; open.length > 0; count++) {
    const place = open.pop()
    if (place === undefined) break
    if (count > mostSchemas) return { path: '', rule: `at most ${mostSchemas} schemas` }
    const rule = ruleBrokenBy(place.schema, resolve)
    if (rule !== undefined) return { path: place.path.slice(0, longestPath), rule }
    for (const [at, schema] of innerSchemas(place.schema))
      if (isObject(schema))
        open.push({ path: place.path.length > longestPath ? place.path : `${place.path}/${at}`, schema })
  }
  return undefined
}

function ruleBrokenBy(schema: Readonly<Record<string, unknown>>, resolve: Resolve): string | undefined {
  const keyword = brokenKeyword(schema)
  if (keyword !== undefined) return `the value of ${keyword}`
  const reference = stringAt(schema, '$ref')
  if (reference === null) return undefined
  const target = resolve(reference)
  if (typeof target !== 'boolean' && !isObject(target)) return 'a $ref that leads to a schema of the same document'
  return leadsNowhere(target, resolve) ? 'a $ref that leads to more than references' : undefined
}

/** References that refer to each other in a ring. */
function leadsNowhere(start: unknown, resolve: Resolve): boolean {
  const seen = new Set<unknown>()
  for (let next = start; isObject(next);) {
    const reference = stringAt(next, '$ref')
    if (reference === null) return false
    if (seen.has(next) || seen.size > 20) return true
    seen.add(next)
    next = resolve(reference)
  }
  return false
}
