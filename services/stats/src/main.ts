import { runProcess } from '@waybill/runtime/process'
import { startStats } from './service.ts'

await runProcess('stats', startStats)
