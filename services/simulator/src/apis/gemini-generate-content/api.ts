import type { Identity, Vendor } from '../vendor.ts'
import { answer } from './answer.ts'
import { failure } from './failure.ts'
import { keyOf, modelOf, read } from './request.ts'

export const geminiGenerateContent: Vendor = {
  api: 'gemini-generate-content',
  provider: 'gemini',
  keyOf,
  modelOf,
  read,
  answer,
  failure,
  headers,
}

function headers(_: Identity, plannedMs: number): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json; charset=UTF-8',
    'alt-svc': 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
    'server-timing': `gfet4t7; dur=${Math.round(plannedMs)}`,
    server: 'scaffolding on HTTPServer2',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-xss-protection': '0',
  }
}
