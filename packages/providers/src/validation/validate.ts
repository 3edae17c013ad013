import type { SchemaDraft } from '@cfworker/json-schema'
import { dereference, validate as run } from '@cfworker/json-schema'
import { isObject, parseJson, stringAt } from '../json.ts'

export type Validity = 'valid' | 'invalid' | 'unverifiable'

/** A draft that says nothing, or names none we know, is the newest. Draft 6 differs from 7 only by what 7 adds. */
export function draftOf(schema: unknown): SchemaDraft {
  const named = stringAt(schema, '$schema') ?? ''
  if (named.includes('draft-04') || named.includes('draft-03')) return '4'
  if (named.includes('draft-06') || named.includes('draft-07')) return '7'
  return named.includes('2019-09') ? '2019-09' : '2020-12'
}

/**
 * Whether a value satisfies a stranger's schema. Run it in a thread with a deadline: a pattern or a reference can take
 * for ever, and nothing in here can stop that.
 */
export function validate(schemaText: string, valueText: string): Validity {
  const schema = parseJson(schemaText)
  const value = parseJson(valueText)
  if (value === undefined) return 'invalid'
  if (typeof schema !== 'boolean' && !isObject(schema)) return 'unverifiable'
  try {
    const draft = draftOf(schema)
    const lookup = dereference(schema)
    return run(value, schema, draft, lookup, true).valid ? 'valid' : 'invalid'
  } catch {
    return 'unverifiable'
  }
}
