// A value that is valid under the caller's schema can be said in every vendor's shape, and is valid again when undone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { apiNames } from '../conformance/given.ts'
import { vendorApi } from '../conformance/read.ts'
import { validate } from '../validation/validate.ts'

/** A schema with a way to make values of it: as a caller means them, and with null for what is absent. */
interface Made {
  readonly schema: Record<string, unknown>
  readonly values: fc.Arbitrary<{ readonly plain: unknown; readonly nulled: unknown }>
}

const both = (values: fc.Arbitrary<unknown>): Made['values'] => values.map((value) => ({ plain: value, nulled: value }))

const scalar: fc.Arbitrary<Made> = fc.constantFrom<Made>(
  { schema: { type: 'string' }, values: both(fc.string()) },
  {
    schema: { type: 'string', minLength: 2, description: 'long' },
    values: both(fc.string({ minLength: 2, unit: 'grapheme-ascii' })),
  },
  { schema: { enum: ['a', 'b'] }, values: both(fc.constantFrom('a', 'b')) },
  { schema: { const: 7 }, values: both(fc.constant(7)) },
  { schema: { enum: ['a', null] }, values: both(fc.constantFrom('a', null)) },
  { schema: { type: 'integer', minimum: 3 }, values: both(fc.integer({ min: 3, max: 99 })) },
  { schema: { type: 'number' }, values: both(fc.integer()) },
  { schema: { type: 'boolean' }, values: both(fc.boolean()) },
  { schema: { type: ['string', 'null'] }, values: both(fc.constantFrom('x', null)) },
  { schema: { $ref: '#/definitions/word' }, values: both(fc.constantFrom('up', 'down')) },
)

const names = fc.uniqueArray(fc.constantFrom('a', 'b c', 'value', 'd', '__proto__', 'constructor'), { maxLength: 4 })

function objectOf(fields: readonly { name: string; made: Made; isRequired: boolean }[], isClosed: boolean): Made {
  const required = fields.filter((field) => field.isRequired).map((field) => field.name)
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, field.made.schema])),
    ...(required.length === 0 ? {} : { required }),
    ...(isClosed ? { additionalProperties: false } : {}),
  }
  const members = fields.map((field) =>
    fc.tuple(field.made.values, field.isRequired ? fc.constant(true) : fc.boolean()),
  )
  const values = fc.tuple(...members).map((made) => {
    const present = made.map(([value, isThere], index) => ({ name: fields[index]?.name ?? '', value, isThere }))
    return {
      plain: Object.fromEntries(present.filter((each) => each.isThere).map((each) => [each.name, each.value.plain])),
      nulled: Object.fromEntries(present.map((each) => [each.name, each.isThere ? each.value.nulled : null])),
    }
  })
  return { schema, values }
}

const { made } = fc.letrec<{ made: Made }>((tie) => ({
  made: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('made').map(({ schema, values }) => ({
      schema: { type: 'array', items: schema },
      values: fc
        .array(values, { maxLength: 3 })
        .map((list) => ({ plain: list.map((each) => each.plain), nulled: list.map((each) => each.nulled) })),
    })),
    fc
      .tuple(names, fc.array(fc.tuple(tie('made'), fc.boolean()), { minLength: 4, maxLength: 4 }), fc.boolean())
      .map(([chosen, inner, isClosed]) =>
        objectOf(
          chosen.flatMap((name, index) => {
            const field = inner[index]
            return field === undefined ? [] : [{ name, made: field[0], isRequired: field[1] }]
          }),
          isClosed,
        ),
      ),
    tie('made').map(({ schema, values }) => ({ schema: { allOf: [schema] }, values })),
    tie('made').map(({ schema, values }) => ({
      schema: { anyOf: [schema, { type: 'null' }] },
      values: fc.oneof(values, both(fc.constant(null))),
    })),
  ),
}))

const definitions = { word: { type: 'string', enum: ['up', 'down'] } }

for (const api of apiNames)
  test(`there and back: ${api}`, () => {
    const { outputSchema } = vendorApi(api)
    let enforced = 0
    fc.assert(
      fc.property(
        made.chain(({ schema, values }) =>
          values.map((value) => ({ schema: JSON.stringify({ ...schema, definitions }), ...value })),
        ),
        ({ schema, plain, nulled }) => {
          const given = outputSchema(schema)
          assert.ok(given !== null)
          const value = api === 'chatCompletions' || api === 'responses' ? nulled : plain
          // Some vendors take only objects at the root, so other values stand in one.
          const said = [value, { value }].find((each) => holds(given.schema, each)) ?? value
          if (given.isEnforced) enforced++
          if (given.isEnforced) assert.ok(holds(given.schema, said), JSON.stringify(given.schema))
          assert.equal(validate(schema, JSON.stringify(given.undo(said))), 'valid')
          assert.equal(validate(schema, JSON.stringify(given.prune(given.undo(said)))), 'valid')
        },
      ),
      { numRuns: 400 },
    )
    assert.ok(enforced > 200)
  })

const holds = (schema: object, value: unknown): boolean =>
  validate(JSON.stringify(schema), JSON.stringify(value)) === 'valid'
