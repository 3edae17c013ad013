import { argumentOf, runProcess } from '@waybill/runtime/process'
import { startWorker } from './service.ts'

const provider = argumentOf('provider')
await runProcess(`worker.${provider}`, (given) => startWorker(given, provider))
