import { responsesFailure } from '../openai/failure.ts'
import { openaiHeaders } from '../openai/headers.ts'
import { bearerOf, modelOf } from '../openai/request.ts'
import type { Vendor } from '../vendor.ts'
import { answer } from './answer.ts'
import { read } from './request.ts'

export const openaiResponses: Vendor = {
  api: 'openai-responses',
  provider: 'openai',
  keyOf: bearerOf,
  modelOf,
  read,
  answer,
  failure: responsesFailure,
  headers: openaiHeaders,
}
