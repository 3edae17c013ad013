import { readFileSync } from 'node:fs'
import type { RequestInput } from '@waybill/client/complete'
import { UsageError } from '../command.ts'
import { requestsIn } from '../send/request-lines.ts'

/**
 * Reads requests, one JSON object a line.
 * @throws UsageError with the line that is wrong
 */
export function readRequests(path: string): readonly RequestInput[] {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
  return requestsIn(text, path)
}
