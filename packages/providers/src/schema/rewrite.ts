import { isArray, isObject } from '../json.ts'
import { acceptsNull } from './accepts-null.ts'
import { alternatives } from './alternatives.ts'
import type { SchemaNode } from './node.ts'

/** Whether a property goes, given all schemas that may apply to its object. */
type Goes = (name: string, value: unknown, nodes: readonly SchemaNode[]) => boolean

/**
 * Without the nulls that stand for absent properties: those where the original schema knows the property and has no
 * place for a null. The value itself where there are none.
 */
export const withoutInventedNulls = (value: unknown, root: SchemaNode): unknown =>
  rewritten(value, [root], isInventedNull)

/** Without the properties that a closed schema does not list: models invent them, and no caller can want them. */
export const withoutUnlisted = (value: unknown, root: SchemaNode): unknown => rewritten(value, [root], isUnlisted)

function isInventedNull(name: string, value: unknown, nodes: readonly SchemaNode[]): boolean {
  if (value !== null) return false
  const declared = nodes.flatMap((node) => node.properties.get(name) ?? [])
  return declared.length > 0 && declared.every((node) => !acceptsNull(node))
}

const isUnlisted: Goes = (name, _value, nodes) =>
  nodes.some((node) => node.additional === 'nothing' && !node.others.has('patternProperties')) &&
  nodes.every((node) => !node.properties.has(name))

function rewritten(value: unknown, nodes: readonly SchemaNode[], goes: Goes): unknown {
  if (isArray(value)) return rewrittenArray(value, alternatives(nodes), goes)
  return isObject(value) ? rewrittenObject(value, alternatives(nodes), goes) : value
}

function rewrittenArray(value: readonly unknown[], nodes: readonly SchemaNode[], goes: Goes): unknown {
  let changed = false
  const items = value.map((item, index) => {
    if (typeof item !== 'object' || item === null) return item
    const inner = nodes.flatMap((node) => node.prefixItems[index] ?? node.items ?? [])
    const result = inner.length === 0 ? item : rewritten(item, inner, goes)
    changed ||= result !== item
    return result
  })
  return changed ? items : value
}

function rewrittenObject(
  value: Readonly<Record<string, unknown>>,
  nodes: readonly SchemaNode[],
  goes: Goes,
): Readonly<Record<string, unknown>> {
  let changed = false
  const kept: [string, unknown][] = []
  for (const [name, item] of Object.entries(value)) {
    if (goes(name, item, nodes)) {
      changed = true
      continue
    }
    const inner = typeof item === 'object' && item !== null ? nodesAt(name, nodes) : []
    const result = inner.length === 0 ? item : rewritten(item, inner, goes)
    changed ||= result !== item
    kept.push([name, result])
  }
  return changed ? Object.fromEntries(kept) : value
}

const nodesAt = (name: string, nodes: readonly SchemaNode[]): readonly SchemaNode[] =>
  nodes.flatMap((node) => node.properties.get(name) ?? (typeof node.additional === 'object' ? node.additional : []))
