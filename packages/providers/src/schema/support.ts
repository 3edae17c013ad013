import { structured } from '../anthropic-messages/dialect.ts'
import { listed } from '../gemini-generate-content/dialect.ts'
import { strict } from '../openai/dialect.ts'
import type { Dialect } from './dialect.ts'
import type { SchemaNode } from './node.ts'
import { readSchema } from './read-schema.ts'
import { objectOf, written } from './transform.ts'

/**
 * strict: the vendor binds the model to all of it. lossy: to a part of it, or to nothing, and our validation decides.
 * unsupported: it cannot be given to the vendor.
 */
export type Support = 'strict' | 'lossy' | 'unsupported'

/** How far each provider can be bound to a schema; the APIs of one provider do not differ in it. */
export function schemaSupport(
  schemaText: string,
  of: 'output' | 'arguments' = 'output',
): Readonly<Record<'openai' | 'anthropic' | 'gemini', Support>> {
  const whole = readSchema(schemaText)
  const root = whole === null || of === 'output' ? whole : objectOf(whole)
  return { openai: support(root, strict), anthropic: support(root, structured), gemini: support(root, listed) }
}

function support(root: SchemaNode | null, dialect: Dialect): Support {
  if (root === null) return 'unsupported'
  return written(root, dialect)?.lossy.length === 0 ? 'strict' : 'lossy'
}
