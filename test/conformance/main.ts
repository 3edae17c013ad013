import { parseArgs } from 'node:util'
import { writePage } from './page.ts'
import { readRecordings } from './recording.ts'
import { printed, report } from './report.ts'

// Replays recorded answers of the real APIs through the vendors' SDKs and our code, or writes the page about vendors:
const usage = `node test/conformance/main.ts --recordings FILE.jsonl.gz [--json]
node test/conformance/main.ts --write-docs`

const { values } = parseArgs({
  options: {
    recordings: { type: 'string' },
    json: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
})

if (values['write-docs']) writePage()
if (values.recordings !== undefined) {
  const result = await report(readRecordings(values.recordings))
  console.log(values.json ? JSON.stringify(result) : printed(result))
  process.exitCode = result.faults.length === 0 ? 0 : 1
} else if (!values['write-docs']) {
  console.error(usage)
  process.exitCode = 2
}
