// How much of a vendor's rate limit is left, by the headers that it sends with every answer.
import type { Headroom } from '@waybill/schemas/generated/headroom'

const kinds = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const

/** How OpenAI and Anthropic name the same three figures. Gemini tells none of them. */
const namings: readonly ((figure: string, kind: string) => string)[] = [
  (figure, kind) => `x-ratelimit-${figure}-${kind}`,
  (figure, kind) => `anthropic-ratelimit-${kind}-${figure}`,
]

/** Limits are mostly by the minute. What a vendor says of a whole day is asked for again after five minutes. */
const usualMs = 60_000
const longestMs = 300_000

type Headers = Readonly<Record<string, string>>

/** Of the limit that is nearest; null where the headers name none. */
export function headroomOf(headers: Headers, now: number): Headroom | null {
  let least: Headroom | null = null
  for (const nameOf of namings)
    for (const kind of kinds) {
      const share = shareOf(headers[nameOf('remaining', kind)], headers[nameOf('limit', kind)])
      if (share === null || (least !== null && least.share <= share)) continue
      least = { share, fullInMs: resetOf(headers[nameOf('reset', kind)] ?? '', headers['date'] ?? '', now) }
    }
  return least
}

const count = /^\d{1,12}$/u
const countOf = (text: string | undefined): number | null => (count.test(text ?? '') ? Number(text) : null)

function shareOf(remainingText: string | undefined, limitText: string | undefined): number | null {
  const remaining = countOf(remainingText)
  // None left is none left, of whatever: a 429 may not repeat the limit.
  if (remaining === 0) return 0
  const limit = countOf(limitText)
  return remaining === null || limit === null || limit === 0 ? null : Math.min(1, remaining / limit)
}

const unitsMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
const duration = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|h|m|s))+$/u
const steps = /(?<amount>[\d.]+)(?<unit>ms|h|m|s)/gu

/** `6m0s` of OpenAI, or a time of Anthropic, which counts from the response's own clock where it tells. */
function resetOf(text: string, date: string, now: number): number {
  const sent = Date.parse(date)
  const ms = duration.test(text) ? durationOf(text) : Date.parse(text) - (Number.isNaN(sent) ? now : sent)
  return Number.isNaN(ms) ? usualMs : Math.round(Math.min(Math.max(ms, 0), longestMs))
}

function durationOf(text: string): number {
  let ms = 0
  for (const { groups } of text.matchAll(steps))
    ms += Number(groups?.['amount']) * (unitsMs[groups?.['unit'] ?? ''] ?? 0)
  return ms
}
