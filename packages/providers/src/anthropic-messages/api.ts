import type { VendorApi } from '../vendor-api.ts'
import { readAnswer } from './answer.ts'
import { readFailure } from './failure.ts'
import { prepare } from './request.ts'
import { outputSchema, toolSchema } from './schema.ts'

export const messages: VendorApi = {
  api: 'messages',
  provider: 'anthropic',
  request: prepare,
  answer: readAnswer,
  failure: readFailure,
  outputSchema,
  toolSchema,
}
