import type { Identity, Vendor } from '../vendor.ts'
import { answer } from './answer.ts'
import { failure } from './failure.ts'
import { keyOf, modelOf, read } from './request.ts'

export const anthropicMessages: Vendor = {
  api: 'anthropic-messages',
  provider: 'anthropic',
  keyOf,
  modelOf,
  read,
  answer,
  failure,
  headers,
}

function headers(identity: Identity, plannedMs: number): Readonly<Record<string, string>> {
  const reset = new Date(identity.nowMs + 1_000).toISOString()
  return {
    'content-type': 'application/json',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    vary: 'Accept-Encoding',
    'server-timing': `proxy;dur=${Math.round(plannedMs)}`,
    'request-id': identity.id('req_011', 21),
    'anthropic-organization-id': 'org-simulated',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': reset,
    'anthropic-ratelimit-tokens-limit': '2000000',
    'anthropic-ratelimit-tokens-remaining': '1999000',
    'anthropic-ratelimit-tokens-reset': reset,
  }
}
