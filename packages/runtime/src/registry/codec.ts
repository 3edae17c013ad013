// Bytes to records and back: magic byte 0, the writer's schema id as int32, Avro. No registry call per record.
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { AvroType } from './avro-type.ts'
import { hasBoundlessArray, misfitOf, parse } from './avro-type.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { RegistryError } from './schema-registry.ts'

/** Why bytes are no record. */
type UnreadableReason = 'empty' | 'wrong_magic' | 'malformed' | 'schema_unsuitable' | 'schema_unavailable'

export type Decoded<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly detail: string }
  /** Written with a schema that was not met yet: learn it, then decode again. */
  | { readonly kind: 'unknownSchema'; readonly id: number }

export interface Codec {
  /** @throws where the value does not fit its schema: a fault of ours. The error says where, and quotes nothing. */
  encode<Value>(record: RecordSchema<Value>, value: Value): Buffer
  /** Where a value that a person has made does not fit its schema, also by a field that is none; a sentence. */
  misfitOf<Value>(record: RecordSchema<Value>, value: Value): string | undefined
  /** Never throws. */
  decode<Value>(record: RecordSchema<Value>, bytes: Uint8Array | null): Decoded<Value>
  /**
   * Asks the registry for a schema. After this, `decode` knows it or calls its records unreadable.
   * @returns false where the registry did not answer: ask again later
   */
  learn(id: number): Promise<boolean>
}

const magic = 0
const headerBytes = 5

type Writer = { readonly kind: 'type'; readonly type: AvroType } | { readonly kind: 'none'; readonly detail: string }

const unreadable = (reason: UnreadableReason, detail: string): Decoded<never> => ({
  kind: 'unreadable',
  reason,
  detail,
})

/** Bytes are a Uint8Array, say the generated types; avsc takes Buffers only. */
function withBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length)
  if (Array.isArray(value)) return value.map(withBuffers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBuffers(member)]))
}

/** Holds the types and resolvers of one process. */
class AvroCodec implements Codec {
  readonly #registry: SchemaRegistry
  readonly #ids: ReadonlyMap<string, number>
  readonly #readers = new Map<string, AvroType>()
  readonly #writers = new Map<number, Writer>()
  readonly #resolvers = new Map<string, ReturnType<AvroType['createResolver']> | null>()
  #slab = Buffer.allocUnsafe(256 * 1024)

  constructor(registry: SchemaRegistry, ids: ReadonlyMap<string, number>) {
    this.#registry = registry
    this.#ids = ids
  }

  #readerOf({ name, avro }: RecordSchema<unknown>): AvroType {
    const known = this.#readers.get(name)
    if (known !== undefined) return known
    const type = parse(avro)
    this.#readers.set(name, type)
    const id = this.#ids.get(name)
    if (id !== undefined) this.#writers.set(id, { kind: 'type', type })
    return type
  }

  encode<Value>(record: RecordSchema<Value>, value: Value): Buffer {
    const id = this.#ids.get(record.name)
    if (id === undefined) throw new Error(`The schema of ${record.name} is not registered.`)
    const type = this.#readerOf(record)
    let end = 0
    try {
      end = this.#write(type, value)
    } catch {
      end = this.#writeAgain(record, withBuffers(value))
    }
    this.#slab[0] = magic
    this.#slab.writeInt32BE(id, 1)
    return Buffer.from(this.#slab.subarray(0, end))
  }

  #writeAgain(record: RecordSchema<unknown>, value: unknown): number {
    const type = this.#readerOf(record)
    try {
      return this.#write(type, value)
    } catch {
      // What avsc says quotes the value.
      throw new Error(`No ${record.name}: ${misfitOf(type, value, false) ?? 'it cannot be written.'}`)
    }
  }

  misfitOf<Value>(record: RecordSchema<Value>, value: Value): string | undefined {
    return misfitOf(this.#readerOf(record), withBuffers(value), true)
  }

  /** Into the slab. Returns where it ends. */
  #write(type: AvroType, value: unknown): number {
    const end = type.encode(value, this.#slab, headerBytes)
    if (end >= 0) return end
    // avsc says how many bytes were missing.
    this.#slab = Buffer.allocUnsafe(2 * (this.#slab.length - end))
    return type.encode(value, this.#slab, headerBytes)
  }

  decode<Value>(record: RecordSchema<Value>, bytes: Uint8Array | null): Decoded<Value> {
    if (bytes === null || bytes.length < headerBytes) return unreadable('empty', `${bytes?.length ?? 0} bytes`)
    if (bytes[0] !== magic) return unreadable('wrong_magic', `the first byte is ${bytes[0]}, not 0`)
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const id = buffer.readInt32BE(1)
    const reader = this.#readerOf(record)
    const writer = this.#writers.get(id)
    if (writer === undefined) return { kind: 'unknownSchema', id }
    if (writer.kind === 'none') return unreadable('schema_unsuitable', `schema ${id} ${writer.detail}`)
    const resolver = this.#resolverOf(id, record.name, reader, writer.type)
    if (resolver === null) return unreadable('schema_unsuitable', `schema ${id} cannot be read as ${record.name}`)
    try {
      const value: Value = reader.fromBuffer(buffer.subarray(headerBytes), resolver)
      return { kind: 'value', value }
    } catch {
      // What avsc says may quote the content.
      return unreadable('malformed', `no ${record.name} of schema ${id}, or bytes after it`)
    }
  }

  #resolverOf(
    id: number,
    name: string,
    reader: AvroType,
    writer: AvroType,
  ): ReturnType<AvroType['createResolver']> | undefined | null {
    if (reader === writer) return undefined
    const key = `${id}/${name}`
    const known = this.#resolvers.get(key)
    if (known !== undefined) return known
    let resolver: ReturnType<AvroType['createResolver']> | null = null
    try {
      resolver = reader.createResolver(writer)
    } catch {
      // Kept as null: these two never fit.
    }
    this.#resolvers.set(key, resolver)
    return resolver
  }

  async learn(id: number): Promise<boolean> {
    if (this.#writers.has(id)) return true
    try {
      const schema = await this.#registry.schemaOf(id)
      this.#writers.set(
        id,
        hasBoundlessArray(JSON.parse(schema))
          ? { kind: 'none', detail: 'has an array whose items take no bytes' }
          : { kind: 'type', type: parse(schema) },
      )
      return true
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'unavailable') return false
      this.#writers.set(id, { kind: 'none', detail: 'is not known to the registry, or is no Avro schema' })
      return true
    }
  }
}

/** Registers every subject. @throws RegistryError */
export async function registerSubjects(
  registry: SchemaRegistry,
  subjects: ReadonlyMap<string, RecordSchema<unknown>>,
): Promise<void> {
  await Promise.all([...subjects].map(([subject, { avro }]) => registry.register(subject, avro)))
}

/**
 * Registers each record under the first of its subjects, and returns the codec. Ids are given per content, so that one
 * subject is enough to know a record's id: a process that starts asks the registry a few times only.
 * @param subjects the records by subject
 * @throws RegistryError
 */
export async function openCodec(
  registry: SchemaRegistry,
  subjects: ReadonlyMap<string, RecordSchema<unknown>>,
): Promise<Codec> {
  const firsts = new Map<string, string>()
  for (const [subject, { name }] of subjects) if (!firsts.has(name)) firsts.set(name, subject)
  const ids = await Promise.all(
    [...subjects]
      .filter(([subject, { name }]) => firsts.get(name) === subject)
      .map(async ([subject, { name, avro }]) => [name, await registry.register(subject, avro)] as const),
  )
  return new AvroCodec(registry, new Map(ids))
}
