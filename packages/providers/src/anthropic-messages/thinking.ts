import type { Request } from '@waybill/schemas/generated/request'
import type { JsonObject } from '../json.ts'
import type { Asked } from '../reasoning.ts'
import { askedReasoning } from '../reasoning.ts'
import { budgetOf, effortOf, thinksByBudget } from './models.ts'

interface Thinking {
  readonly thinking: JsonObject | null
  readonly effort: string | null
  readonly ignored: readonly string[]
}

const smallestBudget = 1_024

export function thinkingOf(request: Request, model: string, maxOutputTokens: number): Thinking {
  const asked = askedReasoning(request)
  if (asked.names.length === 0) return { thinking: null, effort: null, ignored: [] }
  if (asked.effort === 'none') return { thinking: { type: 'disabled' }, effort: null, ignored: [] }
  return thinksByBudget(model)
    ? byBudget(asked, forcesTool(request), maxOutputTokens)
    : adaptive(asked, forcesTool(request), model)
}

/** A forced tool and thinking together are an error of the vendor's. */
const forcesTool = (request: Request): boolean =>
  request.toolChoice !== null && ['tool', 'required'].includes(request.toolChoice.kind)

function byBudget(asked: Asked, isForced: boolean, maxOutputTokens: number): Thinking {
  const wanted = asked.maxTokens ?? budgetOf(asked.effort) ?? 0
  const budget = Math.min(wanted, maxOutputTokens - 1)
  if (isForced || budget < smallestBudget) return { thinking: null, effort: null, ignored: asked.names }
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: null, ignored: [] }
}

function adaptive(asked: Asked, isForced: boolean, model: string): Thinking {
  const effort = effortOf(asked.effort, model)
  const ignored = asked.names.filter((name) => name === 'reasoning.maxTokens' || effort === null)
  return { thinking: isForced ? null : { type: 'adaptive' }, effort, ignored }
}
