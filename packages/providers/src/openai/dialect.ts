import type { Dialect } from '../schema/dialect.ts'
import { oneOfThese, open, yes } from '../schema/dialect.ts'

/** Look-around, back references and classes by property are not in the vendor's patterns. */
const isPlainPattern = (value: unknown): boolean => typeof value === 'string' && !/\(\?[=!<]|\\[1-9pPk]/u.test(value)

/** Structured outputs: what the vendor's documentation lists for `strict: true`. */
export const strict: Dialect = {
  closes: true,
  nullsOptional: true,
  anything: false,
  tuples: false,
  keepsAll: false,
  recursion: 'anywhere',
  describedReferences: true,
  limits: {
    pattern: isPlainPattern,
    format: oneOfThese('date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'),
    multipleOf: yes,
    minimum: yes,
    maximum: yes,
    exclusiveMinimum: yes,
    exclusiveMaximum: yes,
    minItems: yes,
    maxItems: yes,
  },
  mixedEnums: true,
  objectRoot: true,
  most: { properties: 5_000, depth: 10, enumValues: 1_000, characters: 120_000, optional: 5_000, unions: 5_000 },
}

/** What goes with `strict: false`. */
export const loose: Dialect = { ...open, objectRoot: true }
