import { isObject, parseJson } from '../json.ts'
import type { Transformed } from './transform.ts'

/** The schema as it is, for a vendor that does not bind the model to it. */
export function hint(schemaText: string): Transformed | null {
  const schema = parseJson(schemaText)
  if (!isObject(schema)) return null
  return { schema, isEnforced: false, lossy: [], undo: (value) => value }
}
