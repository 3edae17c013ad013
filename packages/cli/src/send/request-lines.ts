import type { RequestInput } from '@waybill/client/complete'
import { UsageError } from '../command.ts'

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const faultOf = (value: unknown): string | undefined => {
  if (!isMapping(value)) return 'is no JSON object.'
  if (typeof value['tenant'] !== 'string') return 'needs "tenant", a text.'
  if (typeof value['id'] !== 'string') return 'needs "id", a text.'
  if (!Array.isArray(value['messages']) || !value['messages'].every(isMapping))
    return 'needs "messages", a list of objects such as {"role": "user", "text": "Hello"}.'
  return undefined
}

/** The codec checks the rest, field by field. */
const isRequest = (value: unknown): value is RequestInput => faultOf(value) === undefined

/**
 * Requests, one JSON object a line. README.md shows one in full.
 * @param from what to call the text in messages
 * @throws UsageError with the line that is wrong
 */
export function requestsIn(text: string, from: string): readonly RequestInput[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    let value: unknown = undefined
    try {
      value = JSON.parse(line)
    } catch {
      throw new UsageError(`${from}:${index + 1} is no JSON.`)
    }
    if (!isRequest(value)) throw new UsageError(`${from}:${index + 1} ${faultOf(value)}`)
    return [value]
  })
}
