import type { SchemaNode } from './node.ts'

const most = 256

/** All schemas that may apply at one place: branches opened, references followed. */
export function alternatives(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
  const found = new Set<SchemaNode>()
  const open = [...nodes]
  while (open.length > 0 && found.size < most) {
    const next = open.pop()
    if (next === undefined || found.has(next)) continue
    found.add(next)
    open.push(...next.anyOf, ...next.oneOf, ...next.allOf)
    if (next.ref !== null) open.push(next.ref)
  }
  return [...found]
}
