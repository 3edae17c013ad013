import { structured } from '../anthropic-messages/dialect.ts'
import { listed } from '../gemini-generate-content/dialect.ts'
import { strict } from '../openai/dialect.ts'
import { readSchema } from './read-schema.ts'
import type { SchemaNode } from './node.ts'
import type { Dialect } from './dialect.ts'
import { written } from './transform.ts'

/**
 * strict: the vendor binds the model to all of it. lossy: to a part of it, or to nothing, and our validation decides.
 * unsupported: it cannot be given to the vendor.
 */
export type Support = 'strict' | 'lossy' | 'unsupported'

export type SchemaSupport = Readonly<Record<'openai' | 'anthropic' | 'gemini', Support>>

export function schemaSupport(schemaText: string): SchemaSupport {
  const root = readSchema(schemaText)
  if (root === null) return { openai: 'unsupported', anthropic: 'unsupported', gemini: 'unsupported' }
  return { openai: supportIn(root, strict), anthropic: supportIn(root, structured), gemini: supportIn(root, listed) }
}

function supportIn(root: SchemaNode, dialect: Dialect): Support {
  const transformed = written(root, dialect)
  return transformed !== null && transformed.lossy.length === 0 ? 'strict' : 'lossy'
}
