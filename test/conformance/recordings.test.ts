// Recorded answers of the real APIs, through the real SDKs and our code.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readRecordings } from './recording.ts'
import { printed, report } from './report.ts'

const path = join(import.meta.dirname, '../../../shared/data/recordings/pydantic-ai.jsonl.gz')
const skip = existsSync(path) ? false : `no recordings at ${path}`

test('every recorded answer is classified as it was meant', { skip }, async (context) => {
  const result = await report(readRecordings(path))
  for (const line of printed(result).split('\n')) context.diagnostic(line)
  assert.deepEqual(result.faults, [])
  assert.equal(result.recordings, 1_179)
})
