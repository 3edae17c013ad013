import type { Allowance } from '../../rate-limits.ts'
import type { Identity } from '../vendor.ts'

/** As this vendor writes it: 6ms, 1.5s, 6m0s. */
function durationOf(ms: number): string {
  if (ms < 1_000) return `${ms}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${(ms % 60_000) / 1_000}s`
  return minutes === 0 ? seconds : `${minutes}m${seconds}`
}

export function openaiHeaders(
  identity: Identity,
  plannedMs: number,
  { requests, tokens }: Allowance,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'access-control-expose-headers': 'X-Request-ID',
    'alt-svc': 'h3=":443"; ma=86400',
    'openai-organization': 'org-simulated',
    'openai-processing-ms': String(Math.round(plannedMs)),
    'openai-project': 'proj_simulated',
    'openai-version': '2020-10-01',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'x-ratelimit-limit-requests': String(requests.limit),
    'x-ratelimit-limit-tokens': String(tokens.limit),
    'x-ratelimit-remaining-requests': String(requests.remaining),
    'x-ratelimit-remaining-tokens': String(tokens.remaining),
    'x-ratelimit-reset-requests': durationOf(requests.fullInMs),
    'x-ratelimit-reset-tokens': durationOf(tokens.fullInMs),
    'x-request-id': identity.id('req_', 32).toLowerCase(),
  }
}
