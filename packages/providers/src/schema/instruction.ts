import type { JsonObject } from '../json.ts'

/** Asks in words for what a vendor cannot be bound to. */
export const instruction = (schema: JsonObject): string =>
  `Answer with one JSON value that satisfies this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`
