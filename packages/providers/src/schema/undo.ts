import { isArray, isObject } from '../json.ts'
import { acceptsNull } from './accepts-null.ts'
import type { SchemaNode } from './node.ts'

/**
 * Without the nulls that stand for absent properties: those where the original schema knows the property and has no
 * place for a null. The value itself where there are none.
 */
export function withoutInventedNulls(value: unknown, nodes: readonly SchemaNode[]): unknown {
  if (isArray(value)) return undoArray(value, alternatives(nodes))
  return isObject(value) ? undoObject(value, alternatives(nodes)) : value
}

/** All schemas that may apply at one place: branches opened, references followed. */
function alternatives(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
  const found = new Set<SchemaNode>()
  const open = [...nodes]
  while (open.length > 0 && found.size < 256) {
    const next = open.pop()
    if (next === undefined || found.has(next)) continue
    found.add(next)
    open.push(...next.anyOf, ...next.oneOf, ...next.allOf)
    if (next.ref !== null) open.push(next.ref)
  }
  return [...found]
}

function undoArray(value: readonly unknown[], nodes: readonly SchemaNode[]): unknown {
  let changed = false
  const undone = value.map((item, index) => {
    if (typeof item !== 'object' || item === null) return item
    const inner = nodes.flatMap((node) => node.prefixItems[index] ?? node.items ?? [])
    const result = inner.length === 0 ? item : withoutInventedNulls(item, inner)
    changed ||= result !== item
    return result
  })
  return changed ? undone : value
}

function undoObject(value: Readonly<Record<string, unknown>>, nodes: readonly SchemaNode[]): unknown {
  let changed = false
  const kept: [string, unknown][] = []
  for (const [name, item] of Object.entries(value)) {
    if (item === null && isInvented(name, nodes)) {
      changed = true
      continue
    }
    const inner = typeof item === 'object' && item !== null ? nodesAt(name, nodes) : []
    const result = inner.length === 0 ? item : withoutInventedNulls(item, inner)
    changed ||= result !== item
    kept.push([name, result])
  }
  return changed ? Object.fromEntries(kept) : value
}

function isInvented(name: string, nodes: readonly SchemaNode[]): boolean {
  const declared = nodes.flatMap((node) => node.properties.get(name) ?? [])
  return declared.length > 0 && declared.every((node) => !acceptsNull(node))
}

const nodesAt = (name: string, nodes: readonly SchemaNode[]): readonly SchemaNode[] =>
  nodes.flatMap((node) => node.properties.get(name) ?? (typeof node.additional === 'object' ? node.additional : []))
