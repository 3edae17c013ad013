import type { SchemaNode, TypeName } from './node.ts'
import { emptyNode } from './node.ts'

/** What is left of the steps that one schema may take: parts that are written once can be asked for without end. */
export interface Budget {
  steps: number
}

/** A schema that is its own part never comes to an end. */
const deepest = 16

/** Whether the node says nothing but where it refers to. */
export const isBare = (node: SchemaNode): boolean =>
  !node.never && node.types === null && node.values === null && saysNothingOfParts(node) && saysNothingElse(node)

const saysNothingOfParts = (node: SchemaNode): boolean =>
  !node.listsProperties &&
  node.required.size === 0 &&
  node.additional === 'unsaid' &&
  node.items === null &&
  node.prefixItems.length === 0

const saysNothingElse = (node: SchemaNode): boolean =>
  node.anyOf.length + node.oneOf.length + node.allOf.length + node.limits.size + node.others.size === 0

/** One schema that says what all of them say; null where that takes more than putting them side by side. */
export function merged(nodes: readonly SchemaNode[], budget: Budget, depth = 0): SchemaNode | null {
  budget.steps -= 1
  if (depth > deepest || budget.steps < 0) return null
  const flat = flattened(nodes, budget, depth)
  if (flat === null) return null
  const [first, ...rest] = flat
  let whole: SchemaNode | null = first ?? emptyNode()
  for (const next of rest) whole = whole === null ? null : pair(whole, next, budget, depth)
  return whole
}

/** References followed and allOf opened, so that only plain schemas are left. */
function flattened(nodes: readonly SchemaNode[], budget: Budget, depth: number): readonly SchemaNode[] | null {
  const flat: SchemaNode[] = []
  for (const node of nodes) {
    const inner = [...(node.ref === null ? [] : [node.ref]), ...node.allOf]
    const own = { ...node, ref: null, allOf: [] }
    if (!isBare(own) || inner.length === 0) flat.push(own)
    if (inner.length === 0) continue
    const opened = merged(inner, budget, depth + 1)
    if (opened === null) return null
    flat.push(opened)
  }
  return flat
}

function pair(a: SchemaNode, b: SchemaNode, budget: Budget, depth: number): SchemaNode | null {
  const structure = mergedStructure(a, b, budget, depth)
  const branches = mergedBranches(a, b)
  if (structure === null || branches === null) return null
  const values = commonValues(a.values, b.values)
  const types = commonTypes(a.types, b.types)
  return {
    ...a,
    ...structure,
    ...branches,
    never: a.never || b.never || isEmpty(types) || isEmpty(values),
    title: a.title ?? b.title,
    description: a.description ?? b.description,
    types,
    values,
    limits: mergedLimits(a.limits, b.limits),
    others: b.others.size === 0 ? a.others : new Map([...b.others, ...a.others]),
  }
}

const isEmpty = (list: readonly unknown[] | null): boolean => list !== null && list.length === 0

function mergedBranches(a: SchemaNode, b: SchemaNode): Pick<SchemaNode, 'anyOf' | 'oneOf' | 'prefixItems'> | null {
  const [one, other] = [a.anyOf.length + a.oneOf.length, b.anyOf.length + b.oneOf.length]
  const tuples = a.prefixItems.length > 0 && b.prefixItems.length > 0
  if (tuples || (one > 0 && other > 0)) return null
  const { anyOf, oneOf } = one > 0 ? a : b
  return { anyOf, oneOf, prefixItems: a.prefixItems.length > 0 ? a.prefixItems : b.prefixItems }
}

type Structure = Pick<SchemaNode, 'properties' | 'listsProperties' | 'required' | 'additional' | 'items'>

function mergedStructure(a: SchemaNode, b: SchemaNode, budget: Budget, depth: number): Structure | null {
  const properties = mergedProperties(a, b, budget, depth)
  const items = mergedItems(a, b, budget, depth)
  const additional = mergedAdditional(a, b)
  if (properties === null || items === undefined || additional === null) return null
  const required = b.required.size === 0 ? a.required : new Set([...a.required, ...b.required])
  return { properties, listsProperties: a.listsProperties || b.listsProperties, required, additional, items }
}

function mergedProperties(
  a: SchemaNode,
  b: SchemaNode,
  budget: Budget,
  depth: number,
): ReadonlyMap<string, SchemaNode> | null {
  if (b.properties.size === 0) return a.properties
  const properties = new Map(a.properties)
  for (const [name, node] of b.properties) {
    const present = properties.get(name)
    const whole = present === undefined || present === node ? node : merged([present, node], budget, depth + 1)
    if (whole === null) return null
    properties.set(name, whole)
  }
  return properties
}

function mergedItems(a: SchemaNode, b: SchemaNode, budget: Budget, depth: number): SchemaNode | null | undefined {
  if (a.items === null || b.items === null || a.items === b.items) return a.items ?? b.items
  return merged([a.items, b.items], budget, depth + 1) ?? undefined
}

/** A closed schema beside one that lists more properties means less than both lists together: null. */
function mergedAdditional(a: SchemaNode, b: SchemaNode): SchemaNode['additional'] | null {
  const [openA, openB] = [isOpen(a), isOpen(b)]
  if (openA && openB) return a.additional === 'unsaid' ? b.additional : a.additional
  if (!openA && !openB) return listSame(a, b) && a.additional === b.additional ? a.additional : null
  const [closed, open] = openA ? [b, a] : [a, b]
  return listsNoMore(open, closed) ? closed.additional : null
}

const listSame = (a: SchemaNode, b: SchemaNode): boolean => listsNoMore(a, b) && listsNoMore(b, a)

const isOpen = (node: SchemaNode): boolean => node.additional === 'unsaid' || node.additional === 'anything'

const listsNoMore = (node: SchemaNode, than: SchemaNode): boolean =>
  [...node.properties.keys()].every((name) => than.properties.has(name))

function commonTypes(a: readonly TypeName[] | null, b: readonly TypeName[] | null): readonly TypeName[] | null {
  if (a === null || b === null) return a ?? b
  return [...new Set([...a.filter((type) => fits(type, b)), ...b.filter((type) => fits(type, a))])]
}

const fits = (type: TypeName, types: readonly TypeName[]): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'))

function commonValues(a: readonly unknown[] | null, b: readonly unknown[] | null): readonly unknown[] | null {
  if (a === null || b === null) return a ?? b
  const texts = new Set(b.map((value) => JSON.stringify(value)))
  return a.filter((value) => texts.has(JSON.stringify(value)))
}

/** The tighter bound; of two patterns the first, since nothing says both. */
function mergedLimits(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  if (b.size === 0) return a
  const limits = new Map(a)
  for (const [keyword, value] of b) {
    const present = limits.get(keyword)
    if (typeof present !== 'number' || typeof value !== 'number') limits.set(keyword, present ?? value)
    else if (/^(?:min|exclusiveMin)/u.test(keyword)) limits.set(keyword, Math.max(present, value))
    else limits.set(keyword, Math.min(present, value))
  }
  return limits
}
