// `npm run generate`: writes src/generated from the .avsc files.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generated } from './generated.ts'

const folder = join(import.meta.dirname, '../src/generated')
const files = generated()
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name))
for (const [name, text] of files) writeFileSync(join(folder, name), text)
process.stderr.write(`Wrote ${files.size} files to schemas/src/generated.\n`)
