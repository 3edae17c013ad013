/** What a vendor understands of JSON Schema. */
export interface Dialect {
  /** Every object is closed, and lists all that it may hold. */
  readonly closes: boolean
  /** Every property is required, so that an optional one may be null instead. */
  readonly nullsOptional: boolean
  /** A schema may allow anything. */
  readonly anything: boolean
  readonly tuples: boolean
  /** Whether allOf, oneOf and `false` may stand, where they cannot be put in other words. */
  readonly keepsAll: boolean
  /** References may lead back to what they stand in: anywhere, only through optional properties, nowhere. */
  readonly recursion: 'anywhere' | 'optional' | 'nowhere'
  /** A reference may stand in a union of one, which has room for what is said about it. */
  readonly describedReferences: boolean
  /** Whether one value of a keyword may stand; a keyword without a rule may not. */
  readonly limits: Readonly<Record<string, (value: unknown) => boolean>>
  /** Whether null, booleans and mixed values may stand in an enum. */
  readonly mixedEnums: boolean
  /** The root must be an object and nothing else. */
  readonly objectRoot: boolean
  readonly most: Most
}

/** How much of each a schema may have. */
export interface Most {
  readonly properties: number
  readonly depth: number
  readonly enumValues: number
  /** Letters of names and of enum values. */
  readonly characters: number
  readonly optional: number
  readonly unions: number
}

export const unlimited: Most = {
  properties: 20_000,
  depth: 200,
  enumValues: 100_000,
  characters: 1_000_000,
  optional: 20_000,
  unions: 20_000,
}

export const yes = (): boolean => true

export const oneOfThese =
  (...values: readonly unknown[]): ((value: unknown) => boolean) =>
  (value) =>
    values.includes(value)

/** Everything: for vendors that take a schema as a hint and do not look closely. */
export const open: Dialect = {
  closes: false,
  nullsOptional: false,
  anything: true,
  tuples: true,
  keepsAll: true,
  recursion: 'anywhere',
  describedReferences: true,
  limits: {
    minimum: yes,
    maximum: yes,
    exclusiveMinimum: yes,
    exclusiveMaximum: yes,
    multipleOf: yes,
    minLength: yes,
    maxLength: yes,
    pattern: yes,
    format: yes,
    minItems: yes,
    maxItems: yes,
    uniqueItems: yes,
    minProperties: yes,
    maxProperties: yes,
  },
  mixedEnums: true,
  objectRoot: false,
  most: unlimited,
}
