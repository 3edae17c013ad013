import type { SamplingNames, StopRule } from '../sampling.ts'

const all: SamplingNames = {
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  seed: 'seed',
  frequencyPenalty: 'frequencyPenalty',
  presencePenalty: 'presencePenalty',
  stop: 'stopSequences',
}
const few: SamplingNames = { seed: 'seed', stop: 'stopSequences' }

export const imageTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/heic',
  'image/heif',
])
export const stops: StopRule = { most: 5, blank: true }

/** From 3.5 on the flash models have lost the settings that shape the distribution. */
const shapeless = /^gemini-(?:3\.[5-9]|[4-9]).*flash/u

export const samplingNames = (model: string): SamplingNames => (shapeless.test(model) ? few : all)

/** How a model is told to think: not at all before 2.5, by a budget of tokens in it, by a level since. */
export function thinksBy(model: string): 'nothing' | 'budget' | 'level' {
  if (/^gemini-(?:1|2\.0)/u.test(model)) return 'nothing'
  return model.startsWith('gemini-2.5') ? 'budget' : 'level'
}

/** The larger models cannot be kept from thinking. */
export const leastBudget = (model: string): number => (model.includes('flash') ? 0 : 128)

/** The smallest models alone have a level below low. */
export const hasMinimalLevel = (model: string): boolean => model.includes('flash-lite')

const isRecent = (model: string): boolean => !/^gemini-[12]/u.test(model)

/** Before version 3 these models take a schema or tools, not both. */
export const takesSchemaWithTools = isRecent

/** From version 3 on what a model called is only taken back signed. */
export const wantsSignedCalls = isRecent
