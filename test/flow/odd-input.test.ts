import { after, test } from 'node:test'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import { oddInput } from './odd-input.ts'

const arena = await startEmbedded({ latencyScale: 0.1, seed: '1' })
after(() => arena.stop())

for (const [promise, kept] of oddInput) test(promise, () => kept(arena))
