import type { Situation } from './situation.ts'
import { countSituations } from './situations/counts.ts'
import { endingSituations } from './situations/endings.ts'
import { failureSituations } from './situations/failures.ts'
import { outputSituations } from './situations/output.ts'
import { requestSituations } from './situations/requests.ts'
import { toolSituations } from './situations/tools.ts'

/** Every vendor API must come through all of these; a new one is picked up by being in the registry. */
export const situations: Readonly<Record<string, readonly Situation[]>> = {
  Requests: requestSituations,
  Tools: toolSituations,
  'Structured output': outputSituations,
  Endings: endingSituations,
  'Counts and models': countSituations,
  Failures: failureSituations,
}
