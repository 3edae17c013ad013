import { arrayAt, memberOf, stringAt } from './json.ts'

/** Longer than any budget, shorter than a mistake in a clock. */
const longestMs = 3_600_000

const clamp = (ms: number): number | null =>
  Number.isFinite(ms) ? Math.min(longestMs, Math.max(0, Math.ceil(ms))) : null

const plain = /^\d{1,12}(?:\.\d{1,6})?$/u

/**
 * How long the vendor asks to wait. A date counts from the response's own `date`, which is the clock that wrote it,
 * else from `now`. To be read on failures only: Anthropic sends the header with answers too.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: number | null): number | null {
  const ms = headerOf(headers, 'retry-after-ms')
  if (plain.test(ms)) return clamp(Number(ms))
  const value = headerOf(headers, 'retry-after')
  return plain.test(value) ? clamp(Number(value) * 1000) : untilDate(value, headerOf(headers, 'date'), now)
}

const headerOf = (headers: Readonly<Record<string, string>>, name: string): string => headers[name]?.trim() ?? ''

function untilDate(until: string, date: string, now: number | null): number | null {
  const sent = Date.parse(date)
  const base = Number.isNaN(sent) ? now : sent
  return base === null ? null : clamp(Date.parse(until) - base)
}

const seconds = /^(\d{1,9}(?:\.\d{1,9})?)s$/u

/** Google sends no header but a detail: `{ "@type": "…RetryInfo", "retryDelay": "48s" }`. */
export function retryInfoOf(error: unknown): number | null {
  for (const detail of arrayAt(error, 'details')) {
    if (!(stringAt(detail, '@type') ?? '').endsWith('google.rpc.RetryInfo')) continue
    const delay = memberOf(detail, 'retryDelay')
    const match = typeof delay === 'string' ? seconds.exec(delay) : null
    if (match?.[1] !== undefined) return clamp(Number(match[1]) * 1000)
  }
  return null
}
