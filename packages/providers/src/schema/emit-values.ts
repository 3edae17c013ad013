import type { JsonObject } from '../json.ts'
import type { Emission } from './emission.ts'
import { inexpressible, use } from './emission.ts'
import type { SchemaNode, TypeName } from './node.ts'
import { hasType, typeOfValue } from './types-of.ts'

/** A schema that lists its values. Those that its own type forbids are left out. */
export function emitValues(node: SchemaNode, types: readonly TypeName[] | null, emission: Emission): JsonObject {
  const values = (node.values ?? []).filter((value) => types === null || hasType(value, types))
  if (values.length === 0) return emission.dialect.keepsAll ? { not: {} } : inexpressible('no value is possible')
  use(emission, 'enumValues', values.length)
  for (const value of values) use(emission, 'characters', typeof value === 'string' ? value.length : 1)
  const present = [...new Set(values.map(typeOfValue))]
  return emission.dialect.mixedEnums ? together(present, values, emission) : separate(present, values, emission)
}

function together(types: readonly TypeName[], values: readonly unknown[], emission: Emission): JsonObject {
  if (types.some(isStructure))
    return emission.dialect.keepsAll ? { enum: values } : inexpressible('values that are objects')
  if (types.length > 1) use(emission, 'unions', 1)
  return { type: types.length === 1 ? types[0] : types, enum: values }
}

const isStructure = (type: TypeName): boolean => type === 'object' || type === 'array'

/** One schema a type, for a vendor whose enums hold only text or numbers. */
function separate(types: readonly TypeName[], values: readonly unknown[], emission: Emission): JsonObject {
  if (types.some(isStructure)) inexpressible('values that are objects')
  const schemas = types.map((type) => {
    const own = values.filter((value) => typeOfValue(value) === type)
    if (type === 'null') return { type }
    if (type === 'boolean') {
      if (own.length < 2) emission.lossy.add('enum')
      return { type }
    }
    return { type, enum: own }
  })
  const [only] = schemas
  if (schemas.length > 1) use(emission, 'unions', 1)
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas }
}
