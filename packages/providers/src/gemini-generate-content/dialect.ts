import type { Dialect } from '../schema/dialect.ts'
import { oneOfThese, yes } from '../schema/dialect.ts'

/** The keywords that the SDK lists for responseJsonSchema and parametersJsonSchema; others are ignored or refused. */
export const listed: Dialect = {
  closes: false,
  nullsOptional: false,
  anything: true,
  tuples: true,
  keepsAll: false,
  recursion: 'optional',
  describedReferences: true,
  limits: {
    format: oneOfThese('date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'),
    minimum: yes,
    maximum: yes,
    minItems: yes,
    maxItems: yes,
  },
  mixedEnums: false,
  objectRoot: false,
  most: { properties: 5_000, depth: 50, enumValues: 5_000, characters: 120_000, optional: 5_000, unions: 500 },
}
