// Tokens without a tokenizer: exact ones are quadratic on long runs of one letter, which makes one message an attack.
import type { Request } from '@waybill/schemas/generated/request'
import type { CatalogueTarget } from '../catalogue/target.ts'
import type { Features } from './features.ts'
import type { Quantiles } from './learned.ts'
import { fewestToTrust } from './learned.ts'

/** Tokens a character of prose and of JSON, and a byte beyond one a character (Chinese, Cyrillic, emoji). */
const perTextCharacter = 1 / 4
const perJsonCharacter = 2 / 5
const perExtraByte = 0.18
/** Avro's and the request's own bytes that are no content. */
const recordBytes = 160
const perTurn = 4
const perRequest = 3

/** The estimate that ratios are learned against: independent of the vendor, and without images. */
export function estimatedTokens(features: Features, requestBytes: number): number {
  const { textCharacters, jsonCharacters, mediaBytes, turns } = features
  const extra = Math.max(0, requestBytes - textCharacters - jsonCharacters - mediaBytes - recordBytes - turns * 16)
  return Math.ceil(
    textCharacters * perTextCharacter +
      jsonCharacters * perJsonCharacter +
      Math.min(extra, textCharacters * 3) * perExtraByte +
      turns * perTurn +
      perRequest,
  )
}

export interface InputEstimate {
  readonly expected: number
  /** What nine of ten requests stay below. */
  readonly upper: number
}

/** Learned of a class, by target; undefined where nothing is. */
export type OfClass = ReadonlyMap<string, Quantiles> | undefined

/** What the target will count as input. */
export function inputTokensAt(
  target: CatalogueTarget,
  estimate: number,
  { request, features }: { readonly request: Request; readonly features: Features },
  ratios: OfClass,
): InputEstimate {
  const { priors } = target
  const ratio = ratios?.get(target.id)
  const fixed = features.images * priors.imageTokens
  if (ratio !== undefined && ratio.samples >= fewestToTrust)
    return { expected: Math.ceil(estimate * ratio.middle) + fixed, upper: Math.ceil(estimate * ratio.upper) + fixed }
  const hidden = fixed + (request.tools.length > 0 ? priors.toolTokens : 0)
  return {
    expected: Math.ceil(estimate * priors.inputRatio) + hidden,
    upper: Math.ceil(estimate * priors.inputRatioUpper) + hidden,
  }
}

/** Output of a plain request by class, for classes whose answers are nothing like a model's usual ones. */
const outputOfClass: ReadonlyMap<string, number> = new Map([
  ['classification', 20],
  ['extraction', 160],
  ['internal-tool', 120],
  ['summary', 300],
  ['chat', 300],
  ['reasoning', 1_500],
])

/** How much longer outputs are when the model is told to think. */
const effortFactor: ReadonlyMap<string, number> = new Map([
  ['low', 1.5],
  ['medium', 2.5],
  ['high', 4],
  ['xhigh', 6],
  ['max', 8],
])

/** Nine of ten outputs are at most this times the expected length, before anything was learned. */
const upperFactor = 2.5

export function effortFactorOf(request: Request): number {
  return effortFactor.get(request.reasoning?.effort ?? '') ?? 1
}

/** Tokens of output to expect of a target for a class, reasoning included. */
export function outputTokensOf(
  target: CatalogueTarget,
  taskClass: string,
  effort: number,
  lengths: OfClass,
): { readonly expected: number; readonly upper: number } {
  const learned = lengths?.get(target.id)
  if (learned !== undefined && learned.samples >= fewestToTrust)
    return { expected: Math.ceil(learned.middle), upper: Math.ceil(learned.upper) }
  const expected = Math.ceil((outputOfClass.get(taskClass) ?? target.priors.outputTokens) * effort)
  return { expected, upper: Math.ceil(expected * upperFactor) }
}
