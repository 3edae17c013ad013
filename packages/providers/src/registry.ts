import { messages } from './anthropic-messages/api.ts'
import { generateContent } from './gemini-generate-content/api.ts'
import { chatCompletions } from './openai-chat/api.ts'
import { responses } from './openai-responses/api.ts'
import type { VendorApi } from './vendor-api.ts'

/** Every API that a target may name. A new one is a folder, a line here, and fixtures. */
export const vendorApis: Readonly<Record<string, VendorApi>> = { chatCompletions, responses, messages, generateContent }
