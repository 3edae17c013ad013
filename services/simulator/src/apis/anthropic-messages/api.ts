import type { Allowance } from '../../rate-limits.ts'
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

function headers(
  identity: Identity,
  plannedMs: number,
  { requests, tokens }: Allowance,
): Readonly<Record<string, string>> {
  const at = (ms: number): string => new Date(identity.nowMs + ms).toISOString()
  return {
    'content-type': 'application/json',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    vary: 'Accept-Encoding',
    'server-timing': `proxy;dur=${Math.round(plannedMs)}`,
    'request-id': identity.id('req_011', 21),
    'anthropic-organization-id': 'org-simulated',
    'anthropic-ratelimit-requests-limit': String(requests.limit),
    'anthropic-ratelimit-requests-remaining': String(requests.remaining),
    'anthropic-ratelimit-requests-reset': at(requests.fullInMs),
    'anthropic-ratelimit-tokens-limit': String(tokens.limit),
    'anthropic-ratelimit-tokens-remaining': String(tokens.remaining),
    'anthropic-ratelimit-tokens-reset': at(tokens.fullInMs),
  }
}
