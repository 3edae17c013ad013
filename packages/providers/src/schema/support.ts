import { vendorApis } from '../registry.ts'
import type { Dialect } from './dialect.ts'
import { readSchema } from './read-schema.ts'
import { written } from './transform.ts'

/**
 * strict: the vendor binds the model to all of it. lossy: to a part of it, or to nothing, and our validation decides.
 * unsupported: it cannot be given to the vendor.
 */
export type Support = 'strict' | 'lossy' | 'unsupported'

/** How far each API can be bound to a schema, by the API's name. */
export function schemaSupport(schemaText: string): Readonly<Record<string, Support>> {
  const root = readSchema(schemaText)
  const known = new Map<Dialect, Support>()
  const supportIn = (dialect: Dialect): Support => {
    if (root === null) return 'unsupported'
    const support = known.get(dialect) ?? (written(root, dialect)?.lossy.length === 0 ? 'strict' : 'lossy')
    known.set(dialect, support)
    return support
  }
  return Object.fromEntries(Object.entries(vendorApis).map(([api, { dialect }]) => [api, supportIn(dialect)]))
}
