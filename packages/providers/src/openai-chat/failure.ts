import type { Failure } from '../failure.ts'
import { openaiFailure } from '../openai/failure.ts'
import type { VendorResponse } from '../vendor-api.ts'

export const readFailure = (response: VendorResponse): Failure => openaiFailure(response)
