import type { Request } from '@waybill/schemas/generated/request'
import { reject } from './rejection.ts'

const settings = ['temperature', 'topP', 'topK', 'seed', 'frequencyPenalty', 'presencePenalty', 'stop'] as const
export type SamplingSetting = (typeof settings)[number]

/** The vendor's name of each setting that the model takes. */
export type SamplingNames = Readonly<Partial<Record<SamplingSetting, string>>>

/** Which settings a request brings. */
export function settingsOf(request: Request): readonly SamplingSetting[] {
  const sampling = request.sampling
  if (sampling === null) return []
  return settings.filter((name) => (name === 'stop' ? sampling.stop.length > 0 : sampling[name] !== null))
}

/** What the model takes of the sampling settings, and the names of what it does not. */
export function samplingOf(
  request: Request,
  names: SamplingNames,
): { readonly body: Readonly<Record<string, unknown>>; readonly ignored: readonly string[] } {
  const sampling = request.sampling
  const present = settingsOf(request)
  if (sampling === null) return { body: {}, ignored: [] }
  const ignored = present.filter((name) => names[name] === undefined)
  const missed = ignored.find((name) => sampling.required.includes(name))
  if (missed !== undefined) reject('sampling_required', `sampling.${missed} is required and the model does not take it`)
  const body = Object.fromEntries(
    present.flatMap((name) => {
      const vendorName = names[name]
      return vendorName === undefined ? [] : [[vendorName, sampling[name]]]
    }),
  )
  return { body, ignored }
}
