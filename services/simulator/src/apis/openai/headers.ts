import type { Identity } from '../vendor.ts'

export function openaiHeaders(identity: Identity, plannedMs: number): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'access-control-expose-headers': 'X-Request-ID',
    'alt-svc': 'h3=":443"; ma=86400',
    'openai-organization': 'org-simulated',
    'openai-processing-ms': String(Math.round(plannedMs)),
    'openai-project': 'proj_simulated',
    'openai-version': '2020-10-01',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '1999000',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '30ms',
    'x-request-id': identity.id('req_', 32).toLowerCase(),
  }
}
