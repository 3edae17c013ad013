import { chatFailure } from '../openai/failure.ts'
import { openaiHeaders } from '../openai/headers.ts'
import { bearerOf, modelOf } from '../openai/request.ts'
import type { Vendor } from '../vendor.ts'
import { answer } from './answer.ts'
import { read } from './request.ts'

export const openaiChat: Vendor = {
  api: 'openai-chat',
  provider: 'openai',
  keyOf: bearerOf,
  modelOf,
  read,
  answer,
  failure: chatFailure,
  headers: openaiHeaders,
}
