// A vendor serves at another speed and price for a word in the request, and says in its answer at which it did.
import type { Target } from '@waybill/schemas/generated/target'
import type { JsonObject } from './json.ts'

/** What OpenAI and Anthropic call it; without the word they do as the account's project is set to. */
export const serviceTierOf = ({ serviceTier }: Target): JsonObject =>
  serviceTier === null ? {} : { service_tier: serviceTier }

/** Words that say only that the vendor has chosen. */
const unsaid = new Set(['', 'auto', 'unspecified'])

/** The tier that an answer was served at, in lower case, the list price's as `standard`; null where it does not say. */
export function servedTierOf(word: string | null): string | null {
  const tier = (word ?? '').toLowerCase()
  if (unsaid.has(tier)) return null
  return tier === 'default' || tier === 'standard_only' ? 'standard' : tier
}
