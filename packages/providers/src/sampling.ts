import type { Request } from '@waybill/schemas/generated/request'
import { reject } from './rejection.ts'

export const samplingSettings = [
  'temperature',
  'topP',
  'topK',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'stop',
] as const
export type SamplingSetting = (typeof samplingSettings)[number]

/** The vendor's name of each setting that the model takes. */
export type SamplingNames = Readonly<Partial<Record<SamplingSetting, string>>>

/** Which settings a request brings. */
export function settingsOf(request: Request): readonly SamplingSetting[] {
  const sampling = request.sampling
  if (sampling === null) return []
  return samplingSettings.filter((name) => (name === 'stop' ? sampling.stop.length > 0 : sampling[name] !== null))
}

export interface Sampled {
  readonly body: Readonly<Record<string, unknown>>
  readonly ignored: readonly string[]
}

/** What a vendor takes as stop sequences. */
export interface StopRule {
  readonly most: number
  /** They may be nothing but white space. */
  readonly blank: boolean
}

/** What the model takes of the sampling settings, and the names of what it does not. */
export function samplingOf(request: Request, names: SamplingNames, stops: StopRule): Sampled {
  const sampling = request.sampling
  if (sampling === null) return { body: {}, ignored: [] }
  mustTake(sampling.required, names)
  const present = settingsOf(request)
  if (names.stop !== undefined) mustStop(sampling.stop, stops)
  const taken = present.flatMap((name): [string, unknown][] => {
    const vendorName = names[name]
    return vendorName === undefined ? [] : [[vendorName, sampling[name]]]
  })
  return { body: Object.fromEntries(taken), ignored: present.filter((name) => names[name] === undefined) }
}

function mustStop(given: readonly string[], { most, blank }: StopRule): void {
  if (given.length > most) reject('too_many_stops', `sampling.stop: this API takes at most ${most} sequences`)
  if (!blank && given.some((stop) => stop.trim() === ''))
    reject('blank_stop', 'sampling.stop: this API takes no sequence of white space alone')
}

function mustTake(required: readonly string[], names: SamplingNames): void {
  for (const name of required) {
    const known = samplingSettings.find((each) => each === name)
    if (known === undefined) reject('sampling_required', 'sampling.required names what is no setting')
    if (names[known] === undefined)
      reject('sampling_required', `sampling.${known} is required and the model does not take it`)
  }
}
