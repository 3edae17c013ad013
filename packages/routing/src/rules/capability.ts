import type { Request } from '@waybill/schemas/generated/request'
import type { Capabilities } from '../catalogue/target.ts'
import type { Rule } from './rule.ts'
import { out } from './rule.ts'

const forcing: ReadonlySet<string> = new Set(['required', 'tool'])

function missingTools(request: Request, can: Capabilities): string | undefined {
  if (request.tools.length === 0) return undefined
  if (!can.tools) return 'takes no tools'
  if (!can.forcedTool && forcing.has(request.toolChoice?.kind ?? 'auto')) return 'cannot be told to call a tool'
  return missingParallel(request.parallelToolCalls, can)
}

function missingParallel(asked: boolean | null, can: Capabilities): string | undefined {
  if (asked === true && !can.parallelTools) return 'makes one tool call at a time'
  return asked === false && !can.singleTool ? 'cannot be kept to one tool call at a time' : undefined
}

function missingSampling(request: Request, can: Capabilities): string | undefined {
  const missing = request.sampling?.required.find((setting) => !can.sampling.some((taken) => taken === setting))
  return missing === undefined ? undefined : `does not take ${missing}, which is required`
}

function missingReasoning(request: Request, can: Capabilities): string | undefined {
  const asked = request.reasoning?.effort ?? 'none'
  return asked !== 'none' && can.efforts.length === 0 ? 'does not reason' : undefined
}

/** What the model, or its API, cannot do at all. */
export const capability: Rule = {
  name: 'capability',
  concerns: ({ request, features }) =>
    features.images > 0 ||
    request.tools.length > 0 ||
    (request.sampling?.required.length ?? 0) > 0 ||
    request.reasoning !== null,
  judge(candidate, { request, features }) {
    const can = candidate.target.capabilities
    const missing =
      (features.images > 0 && !can.images ? 'takes no images' : undefined) ??
      missingTools(request, can) ??
      missingSampling(request, can) ??
      missingReasoning(request, can)
    return missing === undefined ? undefined : out(missing)
  },
}
