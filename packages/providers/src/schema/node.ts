// A JSON Schema of any draft as a graph: references are edges, old keywords have their new names, and what no vendor
// understands is kept aside. Everything that is done with a caller's schema, but validating, is done on this.

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

export interface SchemaNode {
  /** The schema `false`. */
  never: boolean
  title: string | null
  description: string | null
  /** null: any. */
  types: readonly TypeName[] | null
  /** A const is an enum of one. */
  values: readonly unknown[] | null
  properties: ReadonlyMap<string, SchemaNode>
  /** Whether the schema lists properties at all, be it none. */
  listsProperties: boolean
  required: ReadonlySet<string>
  /** What other properties may hold. */
  additional: SchemaNode | 'unsaid' | 'anything' | 'nothing'
  items: SchemaNode | null
  prefixItems: readonly SchemaNode[]
  anyOf: readonly SchemaNode[]
  oneOf: readonly SchemaNode[]
  allOf: readonly SchemaNode[]
  ref: SchemaNode | null
  /** The last name in the reference that first led here: what a definition is called. */
  name: string
  /** Keywords that limit one value, such as minimum or pattern, as they stand. */
  limits: ReadonlyMap<string, unknown>
  /** Keywords that limit in ways no vendor takes, such as not or dependentRequired, as they stand. */
  others: ReadonlyMap<string, unknown>
}

const noNodes: ReadonlyMap<string, SchemaNode> = new Map()
const noNames: ReadonlySet<string> = new Set()
const noValues: ReadonlyMap<string, unknown> = new Map()

export const emptyNode = (): SchemaNode => ({
  never: false,
  title: null,
  description: null,
  types: null,
  values: null,
  properties: noNodes,
  listsProperties: false,
  required: noNames,
  additional: 'unsaid',
  items: null,
  prefixItems: [],
  anyOf: [],
  oneOf: [],
  allOf: [],
  ref: null,
  name: 'schema',
  limits: noValues,
  others: noValues,
})
