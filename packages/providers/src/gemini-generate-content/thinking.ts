import type { Request } from '@waybill/schemas/generated/request'
import type { JsonObject } from '../json.ts'
import type { Asked } from '../reasoning.ts'
import { askedReasoning } from '../reasoning.ts'
import { hasMinimalLevel, leastBudget, thinksBy } from './models.ts'

interface Thinking {
  readonly config: JsonObject | null
  readonly ignored: readonly string[]
}

const scale: ReadonlyMap<string, { readonly level: string; readonly budget: number }> = new Map([
  ['none', { level: 'MINIMAL', budget: 0 }],
  ['minimal', { level: 'MINIMAL', budget: 512 }],
  ['low', { level: 'LOW', budget: 2_048 }],
  ['medium', { level: 'MEDIUM', budget: 8_192 }],
  ['high', { level: 'HIGH', budget: 16_384 }],
  ['xhigh', { level: 'HIGH', budget: 24_576 }],
  ['max', { level: 'HIGH', budget: 24_576 }],
])

export function thinkingOf(request: Request, model: string): Thinking {
  const asked = askedReasoning(request)
  const by = thinksBy(model)
  if (asked.names.length === 0 || by === 'nothing') return { config: null, ignored: asked.names }
  const step = scale.get(asked.effort ?? '')
  if (by === 'budget') return budgeted(asked, asked.maxTokens ?? step?.budget, model)
  // One or the other: where both are asked for, the word counts.
  if (step === undefined) return budgeted(asked, asked.maxTokens ?? undefined, model)
  return {
    config: { thinkingLevel: levelAt(step.level, model) },
    ignored: asked.names.filter((name) => name !== 'reasoning.effort'),
  }
}

const levelAt = (level: string, model: string): string =>
  level === 'MINIMAL' && !hasMinimalLevel(model) ? 'LOW' : level

function budgeted(asked: Asked, budget: number | undefined, model: string): Thinking {
  if (budget === undefined) return { config: null, ignored: asked.names }
  const ignored = asked.names.filter((name) => name === 'reasoning.effort' && !scale.has(asked.effort ?? ''))
  return { config: { thinkingBudget: Math.max(leastBudget(model), budget) }, ignored }
}
