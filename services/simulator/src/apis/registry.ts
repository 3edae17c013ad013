// Every API that is simulated: a vendor is one folder and one line here.
import { anthropicMessages } from './anthropic-messages/api.ts'
import { geminiGenerateContent } from './gemini-generate-content/api.ts'
import { openaiChat } from './openai-chat/api.ts'
import { openaiResponses } from './openai-responses/api.ts'
import type { Vendor } from './vendor.ts'

interface Route {
  readonly path: RegExp
  readonly vendor: Vendor
}

const routes: readonly Route[] = [
  { path: /^\/v1\/chat\/completions$/u, vendor: openaiChat },
  { path: /^\/v1\/responses$/u, vendor: openaiResponses },
  { path: /^\/v1\/messages$/u, vendor: anthropicMessages },
  { path: /^\/v1(?:beta|alpha)?\/models\/[^/:]+:generateContent$/u, vendor: geminiGenerateContent },
]

export const vendors: readonly Vendor[] = routes.map((route) => route.vendor)

export function routed(path: string): Vendor | null {
  return routes.find((route) => route.path.test(path))?.vendor ?? null
}

/** Whose error an unknown path gets. */
export function neighbour(path: string): Vendor {
  if (/^\/v1\/(?:messages|complete)/u.test(path)) return anthropicMessages
  return /^\/v1(?:beta|alpha)\/|generateContent/u.test(path) ? geminiGenerateContent : openaiChat
}
