import type { Dialect } from '../schema/dialect.ts'
import { oneOfThese } from '../schema/dialect.ts'

/**
 * What the vendor's SDK leaves in a schema for output_config, and the limits of the server that others have met:
 * 16 unions is quoted from its errors; 24 optional parameters and no recursion are second-hand.
 */
export const structured: Dialect = {
  closes: true,
  nullsOptional: false,
  anything: false,
  tuples: false,
  keepsAll: false,
  recursion: 'nowhere',
  describedReferences: false,
  limits: {
    format: oneOfThese('date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'),
    minItems: oneOfThese(0, 1),
  },
  mixedEnums: true,
  objectRoot: true,
  most: { properties: 5_000, depth: 50, enumValues: 5_000, characters: 120_000, optional: 24, unions: 16 },
}
