import { isArray, isObject, memberOf, stringAt } from '../json.ts'

/** Finds what a reference inside a schema names, or undefined. */
export type Resolve = (reference: string) => unknown

/** `$id` of a newer draft, `id` of an older one, without the empty fragment. */
const idOf = (schema: unknown): string => (stringAt(schema, '$id') ?? stringAt(schema, 'id') ?? '').replace(/#$/u, '')

/** References within the document only: nothing is ever fetched. */
export function resolverOf(root: unknown): Resolve {
  const id = idOf(root)
  const base = id.startsWith('#') ? '' : id
  let anchors: ReadonlyMap<string, unknown> | null = null
  return (reference) => {
    const inner = base !== '' && reference.startsWith(base) ? reference.slice(base.length) : reference
    if (inner === '' || inner === '#') return root
    const place = inner.startsWith('#/') ? atPointer(root, inner.slice(2)) : undefined
    if (place !== undefined) return place
    anchors ??= anchorsIn(root)
    return anchors.get(inner)
  }
}

function atPointer(root: unknown, pointer: string): unknown {
  let place = root
  for (const segment of pointer.split('/')) {
    const name = decoded(segment).replaceAll('~1', '/').replaceAll('~0', '~')
    place = isArray(place) ? (/^\d{1,6}$/u.test(name) ? place[Number(name)] : undefined) : memberOf(place, name)
    if (place === undefined) return undefined
  }
  return place
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Everything in the document that has a name of its own, by the reference that names it. */
function anchorsIn(root: unknown): ReadonlyMap<string, unknown> {
  const anchors = new Map<string, unknown>()
  const open: unknown[] = [root]
  while (open.length > 0) {
    const next = open.pop()
    if (isArray(next)) open.push(...next.filter((each) => typeof each === 'object'))
    if (!isObject(next)) continue
    const anchor = stringAt(next, '$anchor') ?? stringAt(next, '$dynamicAnchor')
    if (anchor !== null) anchors.set(`#${anchor}`, next)
    const id = idOf(next)
    if (id !== '' && !anchors.has(id)) anchors.set(id, next)
    open.push(...Object.values(next).filter((each) => typeof each === 'object'))
  }
  return anchors
}
