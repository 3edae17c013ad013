import type { Request } from '@waybill/schemas/generated/request'
import type { JsonObject } from '../json.ts'
import type { Asked } from '../reasoning.ts'
import { askedReasoning } from '../reasoning.ts'
import { reject } from '../rejection.ts'
import { alwaysThinks, budgetOf, effortOf, thinksByBudget } from './models.ts'
import { isBegunWithoutThoughts } from './tool-loop.ts'

interface Thinking {
  readonly thinking: JsonObject | null
  readonly isThinking: boolean
  readonly effort: string | null
  readonly ignored: readonly string[]
}

const smallestBudget = 1_024

export function thinkingOf(request: Request, model: string, maxOutputTokens: number): Thinking {
  const asked = askedReasoning(request)
  if (alwaysThinks(model)) return thinkingAnyhow(request, asked, model)
  if (asked.names.length === 0) return none([])
  if (asked.effort === 'none') return { ...none([]), thinking: { type: 'disabled' } }
  return thinksByBudget(model)
    ? byBudget(asked, forcesTool(request) || isBegunWithoutThoughts(request), maxOutputTokens)
    : adaptive(asked, forcesTool(request), model)
}

const none = (ignored: readonly string[]): Thinking => ({ thinking: null, isThinking: false, effort: null, ignored })

/** A forced tool and thinking together are an error of the vendor's. */
const forcesTool = (request: Request): boolean =>
  request.toolChoice !== null && ['tool', 'required'].includes(request.toolChoice.kind)

function thinkingAnyhow(request: Request, asked: Asked, model: string): Thinking {
  if (request.tools.length > 0 && forcesTool(request))
    return reject('forced_tool', 'toolChoice: this model always thinks, and then no tool can be demanded')
  const { effort, ignored } = adaptive(asked, false, model)
  return { thinking: null, isThinking: true, effort, ignored }
}

function byBudget(asked: Asked, isKeptFromIt: boolean, maxOutputTokens: number): Thinking {
  const wanted = asked.maxTokens ?? budgetOf(asked.effort) ?? 0
  const budget = Math.min(wanted, maxOutputTokens - 1)
  if (isKeptFromIt || budget < smallestBudget) return none(asked.names)
  return { ...none([]), thinking: { type: 'enabled', budget_tokens: budget }, isThinking: true }
}

function adaptive(asked: Asked, isForced: boolean, model: string): Thinking {
  const effort = effortOf(asked.effort, model)
  const ignored = asked.names.filter((name) => name === 'reasoning.maxTokens' || effort === null)
  return { thinking: isForced ? null : { type: 'adaptive' }, isThinking: !isForced, effort, ignored }
}
