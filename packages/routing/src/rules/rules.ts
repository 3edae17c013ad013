import { affinity } from './affinity.ts'
import { capability } from './capability.ts'
import { constraints } from './constraints.ts'
import { context } from './context.ts'
import { coolDown } from './cool-down.ts'
import { costCeiling } from './cost-ceiling.ts'
import { headroom } from './headroom.ts'
import { health } from './health.ts'
import { latency } from './latency.ts'
import { limits } from './limits.ts'
import { price } from './price.ts'
import { retired } from './retired.ts'
import type { Rule } from './rule.ts'
import { schema } from './schema.ts'

/**
 * In this order; the first that objects names the reason. Those that can put a candidate back weigh more the earlier
 * they stand: a candidate that is late comes after one that merely has little headroom.
 */
export const rules: readonly Rule[] = [
  constraints,
  capability,
  limits,
  schema,
  affinity,
  retired,
  price,
  context,
  costCeiling,
  coolDown,
  latency,
  health,
  headroom,
]
