import type { SchemaRegistry } from './schema-registry.ts'
import { RegistryError } from './schema-registry.ts'
import { isFullyCompatible } from './compatibility.ts'

/** A registry in memory: ids are given per content, and every version of a subject is compatible with all others. */
export function memoryRegistry(): SchemaRegistry {
  const ids = new Map<string, number>()
  const schemas: string[] = []
  const versions = new Map<string, string[]>()
  return {
    register(subject, avro) {
      const earlier = versions.get(subject) ?? []
      const misfit = earlier.find((version) => !isFullyCompatible(version, avro))
      if (misfit !== undefined)
        return Promise.reject(
          new RegistryError('incompatible', `${subject}: the schema does not fit an earlier version`),
        )
      versions.set(subject, [...earlier, avro])
      const id = ids.get(avro) ?? schemas.push(avro)
      ids.set(avro, id)
      return Promise.resolve(id)
    },
    schemaOf(id) {
      const avro = schemas[id - 1]
      if (avro === undefined) return Promise.reject(new RegistryError('notFound', `there is no schema ${id}`))
      return Promise.resolve(avro)
    },
  }
}
