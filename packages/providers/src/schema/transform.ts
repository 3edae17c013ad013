import type { JsonObject } from '../json.ts'
import { isObject } from '../json.ts'
import type { Dialect } from './dialect.ts'
import { emissionIn, Inexpressible } from './emission.ts'
import { emit } from './emit.ts'
import { isBare, merged } from './merge.ts'
import type { SchemaNode } from './node.ts'
import { emptyNode } from './node.ts'
import { readSchema } from './read-schema.ts'
import { hasType, typesOf } from './types-of.ts'
import { withoutInventedNulls, withoutUnlisted } from './rewrite.ts'

export interface Transformed {
  /** What the vendor gets. */
  readonly schema: JsonObject
  /** Whether the vendor can bind the model to it; else it is a hint, and only our validation holds. */
  readonly isEnforced: boolean
  /** Keywords that the vendor does not see, or reads more loosely than they are meant. */
  readonly lossy: readonly string[]
  /** What the model gave under the vendor's schema, as it would be under the original. */
  readonly undo: (value: unknown) => unknown
  /** Of what is back under the original, only what that allows. */
  readonly prune: (value: unknown) => unknown
}

/** null: no vendor can be given the schema, since it is none or leads nowhere. */
export type Transform = (schemaText: string) => Transformed | null

/** The schema in the words of a dialect that binds the model, or else in those of one that it may only read. */
export const transformInto =
  (dialect: Dialect, hint: Dialect): Transform =>
  (schemaText) => {
    const root = readSchema(schemaText)
    return root === null ? null : (written(root, dialect) ?? hinted(root, hint))
  }

/** A schema of a tool's arguments, which are always an object. */
export const argumentsInto =
  (dialect: Dialect, hint: Dialect): Transform =>
  (schemaText) => {
    const root = readSchema(schemaText)
    const object = root === null ? null : objectOf(root)
    return object === null ? null : (written(object, dialect) ?? hinted(object, hint))
  }

const emptyObject = (): SchemaNode => ({ ...emptyNode(), types: ['object'], listsProperties: true })

/** The part of the schema that is about objects; null where there is none. */
export function objectOf(root: SchemaNode): SchemaNode | null {
  const types = typesOf(root)
  if (types !== null && !types.includes('object')) return null
  const values = root.values?.filter((value) => hasType(value, ['object'])) ?? null
  if (values?.length === 0) return null
  return types === null && isBare(root) && root.ref === null ? emptyObject() : { ...root, types: ['object'], values }
}

function hinted(root: SchemaNode, dialect: Dialect): Transformed | null {
  const hint = written(root, dialect)
  return hint === null ? null : { ...hint, isEnforced: false }
}

export function written(root: SchemaNode, dialect: Dialect): Transformed | null {
  try {
    const inline = inlined(root)
    const bare = dialect.objectRoot && !isPlainObject(inline) ? null : emitted(inline, dialect)
    const isWrapped = bare === null || (dialect.objectRoot && !isObjectAlone(bare.schema))
    return {
      ...(isWrapped ? emitted(wrapper(inline), dialect) : bare),
      isEnforced: true,
      undo: (value) => withoutInventedNulls(isWrapped ? unwrapped(value) : value, root),
      prune: (value) => withoutUnlisted(value, root),
    }
  } catch (error) {
    if (error instanceof Inexpressible) return null
    throw error
  }
}

function emitted(node: SchemaNode, dialect: Dialect): Pick<Transformed, 'schema' | 'lossy'> {
  const emission = emissionIn(dialect)
  const body = emit(node, emission)
  const definitions = emission.definitions.size === 0 ? {} : { $defs: Object.fromEntries(emission.definitions) }
  return { schema: { ...body, ...definitions }, lossy: [...emission.lossy] }
}

const besideObjects = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const']

/** What vendors ask of a root: an object by its type, and nothing beside that which chooses between shapes. */
const isObjectAlone = (schema: JsonObject): boolean =>
  schema['type'] === 'object' && !besideObjects.some((keyword) => Object.hasOwn(schema, keyword))

/** A root that only refers, or only puts parts together, is written out. */
function inlined(root: SchemaNode): SchemaNode {
  if (root.ref === null && root.allOf.length === 0) return root
  return merged([root], { steps: 1_000 }) ?? root
}

function isPlainObject(node: SchemaNode): boolean {
  const types = typesOf(node)
  const branches = [...node.anyOf, ...node.oneOf]
  const isOnlyObject = types !== null && types.length === 1 && types[0] === 'object' && node.ref === null
  return (
    isOnlyObject &&
    node.values === null &&
    branches.every((branch) => branch.properties.size === 0 && branch.ref === null)
  )
}

const wrapper = (node: SchemaNode): SchemaNode => ({
  ...emptyNode(),
  types: ['object'],
  listsProperties: true,
  properties: new Map([['value', node]]),
  required: new Set(['value']),
})

const unwrapped = (value: unknown): unknown =>
  isObject(value) && Object.keys(value).length === 1 && Object.hasOwn(value, 'value') ? value['value'] : value
