// Runs in the thread: answers each question with the module's `handle`.
import { parentPort, workerData } from 'node:worker_threads'

interface Module {
  handle(question: unknown): unknown
}

const data: { readonly module: string } = workerData
// oxlint-disable-next-line waybill/layers -- which module it is, its starter says
const loaded: Module = await import(data.module)

parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: unknown }) => {
  try {
    parentPort?.postMessage({ id, answer: loaded.handle(question) })
  } catch {
    // A stack overflow, for one: said without what it was about.
    parentPort?.postMessage({ id, failed: true })
  }
})
parentPort?.postMessage({ ready: true })
