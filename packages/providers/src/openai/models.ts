import type { Request } from '@waybill/schemas/generated/request'
import { askedReasoning } from '../reasoning.ts'
import type { SamplingNames, StopRule } from '../sampling.ts'

/** Models from before reasoning: they take sampling settings and a system role, and no effort. Assumed of no newer id. */
const plain = /^(?:ft:)?(?:gpt-3\.5|gpt-4|chatgpt-4o)/u

export const reasons = (model: string): boolean => !plain.test(model)

/** In one request. */
export const mostTools = 128
export const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])
export const stops: StopRule = { most: 4, blank: true }

/** Ids that are names of other ids. */
export const aliases: ReadonlyMap<string, string> = new Map([['gpt-5.6', 'gpt-5.6-sol']])

/** What of `all` the model takes: none of it once it reasons, seeds apart. */
export function samplingNames(model: string, all: SamplingNames): SamplingNames {
  if (!reasons(model)) return all
  return all.seed === undefined ? {} : { seed: all.seed }
}

const nearest: ReadonlyMap<string, readonly [RegExp, string][]> = new Map([
  [
    'none',
    [
      // The largest models of their time cannot be kept from reasoning.
      [/^o\d|^gpt-6\.1-sol|^gpt-6-astra/u, 'low'],
      [/^gpt-5(?:-|$)/u, 'minimal'],
    ],
  ],
  ['minimal', [[/^o\d|^gpt-5\.|^gpt-[6-9]/u, 'low']]],
  ['xhigh', [[/^o\d|^gpt-5(?:-|$)|^gpt-5\.1/u, 'high']]],
  [
    'max',
    [
      [/^o\d|^gpt-5(?:-|$)|^gpt-5\.1/u, 'high'],
      [/^gpt-5\.[2-5]/u, 'xhigh'],
    ],
  ],
])
const efforts = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])

/** The effort on the model's own scale, and what of the request it does not take: it has no limit in tokens. */
export function effortFor(
  request: Request,
  model: string,
): { readonly effort: string | null; readonly ignored: readonly string[] } {
  const asked = askedReasoning(request)
  const effort = asked.effort !== null && reasons(model) ? effortOf(model, asked.effort) : null
  return { effort, ignored: asked.names.filter((name) => name === 'reasoning.maxTokens' || effort === null) }
}

/** null for a word that is on nobody's scale. */
function effortOf(model: string, effort: string): string | null {
  if (!efforts.has(effort)) return null
  return nearest.get(effort)?.find(([models]) => models.test(model))?.[1] ?? effort
}
