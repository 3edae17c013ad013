import { runProcess } from '@waybill/runtime/process'
import { startRouter } from './service.ts'

await runProcess('router', startRouter)
