import type { Request } from '@waybill/schemas/generated/request'
import type { JsonObject } from '../json.ts'
import type { Asked } from '../reasoning.ts'
import { askedReasoning } from '../reasoning.ts'

interface Thinking {
  readonly config: JsonObject | null
  readonly ignored: readonly string[]
}

const byBudget = /^gemini-2\.5/u
const never = /^gemini-(?:1|2\.0)/u

const scale: ReadonlyMap<string, { readonly level: string; readonly budget: number }> = new Map([
  ['none', { level: 'MINIMAL', budget: 0 }],
  ['minimal', { level: 'MINIMAL', budget: 512 }],
  ['low', { level: 'LOW', budget: 2_048 }],
  ['medium', { level: 'MEDIUM', budget: 8_192 }],
  ['high', { level: 'HIGH', budget: 16_384 }],
  ['xhigh', { level: 'HIGH', budget: 24_576 }],
  ['max', { level: 'HIGH', budget: 24_576 }],
])

/** Models of 2.5 take a budget of tokens, newer ones a level, older ones do not think. */
export function thinkingOf(request: Request, model: string): Thinking {
  const asked = askedReasoning(request)
  if (asked.names.length === 0 || never.test(model)) return { config: null, ignored: asked.names }
  const step = scale.get(asked.effort ?? '')
  if (byBudget.test(model)) return budgeted(asked, asked.maxTokens ?? step?.budget, model)
  const ignored = asked.names.filter((name) => name === 'reasoning.maxTokens' || step === undefined)
  return { config: step === undefined ? null : { thinkingLevel: step.level }, ignored }
}

function budgeted(asked: Asked, budget: number | undefined, model: string): Thinking {
  if (budget === undefined) return { config: null, ignored: asked.names }
  // The larger model of that family cannot be kept from thinking.
  const least = model.includes('pro') ? 128 : 0
  return { config: { thinkingBudget: Math.max(least, budget) }, ignored: [] }
}
