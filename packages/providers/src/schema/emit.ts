import type { JsonObject } from '../json.ts'
import type { Emission } from './emission.ts'
import { inexpressible, use } from './emission.ts'
import { emitArray, emitObject } from './emit-structure.ts'
import { emitValues } from './emit-values.ts'
import { documented, limitsOf } from './limits.ts'
import { isBare, merged } from './merge.ts'
import type { SchemaNode, TypeName } from './node.ts'
import { typesOf } from './types-of.ts'

/** The schema in the dialect's words. Throws Inexpressible where it has none. */
export function emit(node: SchemaNode, emission: Emission): JsonObject {
  emission.budget.steps -= 1
  emission.nesting += 1
  if (emission.budget.steps < 0 || emission.nesting > deepest) inexpressible('too large')
  const schema = emitNode(node, emission)
  emission.nesting -= 1
  return schema
}

/** Parts put together anew have no name, so a schema that puts itself together would never end. */
const deepest = 300

function emitNode(node: SchemaNode, emission: Emission): JsonObject {
  if (node.never) return emission.dialect.keepsAll ? { not: {} } : inexpressible('false')
  return node.ref === null && node.allOf.length === 0 ? emitPlain(node, emission) : emitParts(node, emission)
}

/** A schema that is put together from others. */
function emitParts(node: SchemaNode, emission: Emission): JsonObject {
  const own: SchemaNode = { ...node, ref: null, allOf: [] }
  if (isBare(own) && node.allOf.length === 0 && node.ref !== null) return emitDescribed(node, node.ref, emission)
  if (!emission.dialect.keepsAll) return emitNode(merged([node], emission.budget) ?? inexpressible('allOf'), emission)
  const inner = node.ref === null ? node.allOf : [node.ref, ...node.allOf]
  return { ...(isBare(own) ? {} : emitPlain(own, emission)), allOf: inner.map((each) => emitReference(each, emission)) }
}

/** A reference, with what stands beside it about the place: beside it nothing may stand. */
function emitDescribed(node: SchemaNode, target: SchemaNode, emission: Emission): JsonObject {
  const isPlain = target.ref === null && target.types !== null && !target.types.some(isStructure)
  if (node.description === null) return emitReference(target, emission)
  if (isPlain) return emit({ ...target, description: node.description }, emission)
  const reference = emitReference(target, emission)
  return emission.dialect.describedReferences ? { anyOf: [reference], description: node.description } : reference
}

const isStructure = (type: TypeName): boolean => type === 'object' || type === 'array'

/** A reference to a definition, which is written where it is first met. */
function emitReference(target: SchemaNode, emission: Emission): JsonObject {
  const known = emission.names.get(target)
  if (known !== undefined) {
    mayRecur(target, emission)
    return { $ref: `#/$defs/${known}` }
  }
  const name = freeName(target.name, emission)
  emission.names.set(target, name)
  emission.open.set(target, emission.optionals)
  // Holds the place, so that no other definition takes the name.
  emission.definitions.set(name, {})
  const { depth } = emission
  emission.depth = 0
  emission.definitions.set(name, emit(target, emission))
  emission.depth = depth
  emission.open.delete(target)
  return { $ref: `#/$defs/${name}` }
}

function mayRecur(target: SchemaNode, emission: Emission): void {
  const optionals = emission.open.get(target)
  if (optionals === undefined || emission.dialect.recursion === 'anywhere') return
  if (emission.dialect.recursion === 'nowhere' || emission.optionals <= optionals) inexpressible('recursion')
}

function freeName(wanted: string, emission: Emission): string {
  const name = wanted.replaceAll(/[^a-zA-Z0-9_-]/gu, '_').slice(0, 60) || 'schema'
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}_${count}`
    if (!emission.definitions.has(candidate)) return candidate
  }
}

function emitPlain(node: SchemaNode, emission: Emission): JsonObject {
  if (node.anyOf.length + node.oneOf.length > 0) return emitBranches(node, emission)
  const types = typesOf(node)
  if (node.values !== null) return documented(emitValues(node, types, emission), node, emission)
  if (types === null) {
    if (emission.dialect.anything) return documented({}, node, emission)
    return inexpressible('anything')
  }
  return emitTypes(node, types, emission)
}

function emitTypes(node: SchemaNode, types: readonly TypeName[], emission: Emission): JsonObject {
  const [type] = types
  if (types.length > 1) use(emission, 'unions', 1)
  if (type === undefined) return inexpressible('no type')
  const isStructured = types.includes('object') || types.includes('array')
  if (types.length > 1 && isStructured)
    return { anyOf: types.map((each) => emitTypes({ ...node, types: [each] }, [each], emission)) }
  if (type === 'object') return emitObject(node, emission, emit)
  if (type === 'array') return emitArray(node, emission, emit)
  return documented({ type: types.length === 1 ? type : types, ...limitsOf(node, types, emission) }, node, emission)
}

function emitBranches(node: SchemaNode, emission: Emission): JsonObject {
  if (emission.dialect.keepsAll) return keptBranches(node, emission)
  if (node.anyOf.length > 0 && node.oneOf.length > 0) return inexpressible('anyOf beside oneOf')
  const keyword = node.anyOf.length > 0 ? 'anyOf' : 'oneOf'
  const own: SchemaNode = { ...node, anyOf: [], oneOf: [] }
  // Branches that only forbid would repeat the whole schema once each.
  if (!isBare(own) && node[keyword].every(onlyForbids)) {
    emission.lossy.add(keyword)
    return emitPlain(own, emission)
  }
  const schemas = variantsOf(own, node[keyword], emission).map((variant) => emit(variant, emission))
  const union = unionOf(schemas, keyword, emission)
  return isBare(own) && schemas.length > 1 ? documented(union, node, emission) : union
}

/** Branches and what stands beside them, as they stand. */
function keptBranches(node: SchemaNode, emission: Emission): JsonObject {
  const own = emitPlain({ ...node, anyOf: [], oneOf: [] }, emission)
  const [anyOf, oneOf] = [node.anyOf, node.oneOf].map((branches) => branches.map((branch) => emit(branch, emission)))
  return { ...own, ...(node.anyOf.length === 0 ? {} : { anyOf }), ...(node.oneOf.length === 0 ? {} : { oneOf }) }
}

function unionOf(schemas: readonly JsonObject[], keyword: 'anyOf' | 'oneOf', emission: Emission): JsonObject {
  const [only] = schemas
  if (only === undefined) return inexpressible('no branch is possible')
  if (schemas.length === 1) return only
  use(emission, 'unions', 1)
  if (keyword === 'oneOf') emission.lossy.add(keyword)
  return { anyOf: schemas }
}

/** Each branch together with what stands beside all of them; without those that nothing satisfies. */
function variantsOf(own: SchemaNode, branches: readonly SchemaNode[], emission: Emission): readonly SchemaNode[] {
  const variants = isBare(own) ? branches : branches.map((branch) => withOwn(own, branch, emission))
  return variants.filter((variant) => !variant.never)
}

const withOwn = (own: SchemaNode, branch: SchemaNode, emission: Emission): SchemaNode =>
  merged([own, branch], emission.budget) ?? inexpressible('a branch beside other keywords')

const onlyForbids = (branch: SchemaNode): boolean =>
  branch.ref === null && isBare({ ...branch, never: false, required: new Set(), limits: new Map(), others: new Map() })
