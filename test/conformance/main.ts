import { parseArgs } from 'node:util'
import { readRecordings } from './recording.ts'
import { printed, report } from './report.ts'

// Replays recorded answers of the real APIs through the vendors' SDKs and our code:
//   node test/conformance/main.ts --recordings FILE.jsonl.gz [--json]
const { values } = parseArgs({ options: { recordings: { type: 'string' }, json: { type: 'boolean', default: false } } })
if (values.recordings === undefined) {
  console.error('Name a file of recordings: --recordings FILE.jsonl.gz [--json]')
  process.exitCode = 2
} else {
  const result = await report(readRecordings(values.recordings))
  console.log(values.json ? JSON.stringify(result) : printed(result))
  process.exitCode = result.faults.length === 0 ? 0 : 1
}
