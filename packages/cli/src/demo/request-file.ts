import { readFileSync } from 'node:fs'
import type { RequestInput } from '@waybill/client/complete'
import { UsageError } from '../command.ts'

const isRequest = (value: unknown): value is RequestInput =>
  typeof value === 'object' &&
  value !== null &&
  'tenant' in value &&
  typeof value.tenant === 'string' &&
  'id' in value &&
  typeof value.id === 'string' &&
  'messages' in value &&
  Array.isArray(value.messages)

/**
 * Reads requests, one JSON object a line. README.md shows one in full.
 * @throws UsageError with the line that is wrong
 */
export function readRequests(path: string): readonly RequestInput[] {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    let value: unknown = undefined
    try {
      value = JSON.parse(line)
    } catch {
      throw new UsageError(`${path}:${index + 1} is no JSON.`)
    }
    if (!isRequest(value)) throw new UsageError(`${path}:${index + 1} needs tenant, id and messages.`)
    return [value]
  })
}
