import { runProcess } from '@waybill/runtime/process'
import { startNormaliser } from './service.ts'

await runProcess('normaliser', startNormaliser)
