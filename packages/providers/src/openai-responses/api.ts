import type { VendorApi } from '../vendor-api.ts'
import { readAnswer } from './answer.ts'
import { readFailure } from './failure.ts'
import { prepare } from './request.ts'
import { outputSchema, toolSchema } from './schema.ts'

export const responses: VendorApi = {
  api: 'responses',
  provider: 'openai',
  request: prepare,
  answer: readAnswer,
  failure: readFailure,
  outputSchema,
  toolSchema,
}
