import { hint } from '../schema/hint.ts'
import type { Transform } from '../schema/transform.ts'

export const strict: Transform = (schemaText) => hint(schemaText)
