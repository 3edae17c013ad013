import type { SchemaNode } from './node.ts'

/** Whether null satisfies the schema, as far as its structure tells. */
export function acceptsNull(node: SchemaNode, seen: readonly SchemaNode[] = []): boolean {
  if (forbidsNull(node) || seen.includes(node) || seen.length > 32) return false
  const accepts = (each: SchemaNode): boolean => acceptsNull(each, [...seen, node])
  const all = node.ref === null ? node.allOf : [...node.allOf, node.ref]
  const some = [node.anyOf, node.oneOf].filter((branches) => branches.length > 0)
  return all.every(accepts) && some.every((branches) => branches.some(accepts))
}

const forbidsNull = (node: SchemaNode): boolean =>
  node.never ||
  (node.types !== null && !node.types.includes('null')) ||
  (node.values !== null && !node.values.includes(null))
