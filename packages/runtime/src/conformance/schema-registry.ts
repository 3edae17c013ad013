// What every schema registry must do.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { parse } from '../registry/avro-type.ts'
import type { SchemaRegistry } from '../registry/schema-registry.ts'

export interface RegistryUnderTest {
  readonly registry: SchemaRegistry
  close(): Promise<void>
}

type Fields = readonly Readonly<Record<string, unknown>>[]

const record = (name: string, fields: Fields): string =>
  JSON.stringify({ type: 'record', name, namespace: 'waybill.test', fields })

const text = { name: 'text', type: 'string' }
const count = { name: 'count', type: 'int', default: 0 }

/** A schema of its own for each case: ids are given per content, and the registry is shared. */
function fresh(): { readonly subject: string; readonly schema: string; readonly schemaName: string } {
  const schemaName = `R${randomUUID().replaceAll('-', '')}`
  return { subject: `${schemaName}-value`, schemaName, schema: record(schemaName, [text]) }
}

const cases: readonly (readonly [promise: string, kept: (registry: SchemaRegistry) => Promise<void>])[] = [
  [
    'a schema is got by the id it was registered under',
    async (registry) => {
      const { subject, schema } = fresh()
      const id = await registry.register(subject, schema)
      // A registry may write names its own way.
      assert.deepEqual(parse(await registry.schemaOf(id)).fingerprint(), parse(schema).fingerprint())
    },
  ],
  [
    'the same schema has the same id, for every subject and every time',
    async (registry) => {
      const { subject, schema } = fresh()
      const id = await registry.register(subject, schema)
      assert.equal(await registry.register(subject, schema), id)
      assert.equal(await registry.register(`other-${subject}`, schema), id)
      assert.notEqual(await registry.register(fresh().subject, fresh().schema), id)
    },
  ],
  [
    'who registers at the same time gets the same id',
    async (registry) => {
      const { subject, schema } = fresh()
      const ids = await Promise.all([1, 2, 3, 4].map(() => registry.register(subject, schema)))
      assert.equal(new Set(ids).size, 1)
    },
  ],
  [
    'a version must be read by, and read, every earlier one',
    async (registry) => {
      const { subject, schema, schemaName } = fresh()
      await registry.register(subject, schema)
      await registry.register(subject, record(schemaName, [text, count]))
      await assert.rejects(registry.register(subject, record(schemaName, [{ ...text, type: 'long' }, count])), {
        code: 'incompatible',
      })
      await assert.rejects(registry.register(subject, record(schemaName, [count, { name: 'more', type: 'int' }])), {
        code: 'incompatible',
      })
      await registry.register(subject, record(schemaName, [text, count, { ...count, name: 'more' }]))
    },
  ],
  [
    'an id that nobody was given is not found',
    async (registry) => {
      await assert.rejects(registry.schemaOf(2_000_000_000), { code: 'notFound' })
    },
  ],
]

export function registryConformance(
  name: string,
  make: () => Promise<RegistryUnderTest>,
  skip: string | false = false,
): void {
  let made: RegistryUnderTest | undefined
  before(async () => {
    if (skip === false) made = await make()
  })
  after(() => made?.close())
  for (const [promise, kept] of cases)
    test(`${name}: ${promise}`, { skip }, async () => {
      if (made === undefined) throw new Error('There is no registry.')
      await kept(made.registry)
    })
}
