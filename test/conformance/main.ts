import { conformance } from './command.ts'

process.exitCode = await conformance(process.argv.slice(2), { say: console.log, tell: console.error })
