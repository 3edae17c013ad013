import type { JsonObject } from '../json.ts'
import type { Dialect, Most } from './dialect.ts'
import type { Budget } from './merge.ts'
import type { SchemaNode } from './node.ts'

/** What is known while one schema is written in one dialect. */
export interface Emission {
  readonly dialect: Dialect
  /** Keywords that were left out or loosened. */
  readonly lossy: Set<string>
  readonly definitions: Map<string, JsonObject>
  readonly names: Map<SchemaNode, string>
  /** Definitions being written, with how many optional properties led to each. */
  readonly open: Map<SchemaNode, number>
  readonly used: { -readonly [key in keyof Most]: number }
  readonly budget: Budget
  /** How many optional properties lead to where we are. */
  optionals: number
  /** How many objects and arrays stand around where we are. */
  depth: number
  /** How many schemas do. */
  nesting: number
}

export const emissionIn = (dialect: Dialect): Emission => ({
  dialect,
  lossy: new Set(),
  definitions: new Map(),
  names: new Map(),
  open: new Map(),
  used: { properties: 0, depth: 0, enumValues: 0, characters: 0, optional: 0, unions: 0 },
  budget: { steps: 20_000 },
  optionals: 0,
  depth: 0,
  nesting: 0,
})

/** The dialect has no words for the schema. Never leaves this folder. */
export class Inexpressible extends Error {}

export function inexpressible(why: string): never {
  throw new Inexpressible(why)
}

/** Counts what the vendor limits. */
export function use(emission: Emission, what: keyof Most, count: number): void {
  emission.used[what] += count
  if (emission.used[what] > emission.dialect.most[what]) inexpressible(`too many: ${what}`)
}
