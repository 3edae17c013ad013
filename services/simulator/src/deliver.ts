// Puts a reply on the wire, or as much of it as its fault lets through.
import type { ServerResponse } from 'node:http'
import type { Delivery, Reply } from './faults/fault.ts'
import type { Outcome } from './ledger/row.ts'

/** Whether the caller is still there after so long. */
export function waited(response: ServerResponse, ms: number): Promise<boolean> {
  if (response.closed) return Promise.resolve(false)
  if (ms <= 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    const gone = (): void => settle(false)
    const timer = setTimeout(() => settle(true), ms)
    function settle(stayed: boolean): void {
      clearTimeout(timer)
      response.off('close', gone)
      resolve(stayed)
    }
    response.once('close', gone)
  })
}

/** Resolves when the exchange is over, however it ended. */
export async function deliver(response: ServerResponse, reply: Reply, extra: Record<string, string>): Promise<Outcome> {
  const { delivery } = reply
  if (delivery.kind === 'hang' || delivery.kind === 'broken') return interrupted(response, reply, delivery, extra)
  const ended = whenEnded(response)
  response.writeHead(reply.status, headersOf(reply, extra, delivery.kind !== 'stream'))
  if (delivery.kind === 'whole') response.end(reply.body)
  else if (delivery.kind === 'drip') await dripped(response, reply.body, delivery)
  else await streamed(response, delivery.chunks())
  return ended
}

function headersOf(reply: Reply, extra: Record<string, string>, sized: boolean): Record<string, string | string[]> {
  const length = sized ? { 'content-length': String(reply.body.length) } : {}
  const headers = Object.entries({ ...reply.headers, ...extra, ...length })
  return Object.fromEntries(headers.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]))
}

function whenEnded(response: ServerResponse): Promise<Outcome> {
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'answered' : 'aborted'))
  })
}

type Interrupted = Extract<Delivery, { readonly kind: 'hang' | 'broken' }>

async function interrupted(
  response: ServerResponse,
  reply: Reply,
  delivery: Interrupted,
  extra: Record<string, string>,
): Promise<Outcome> {
  const ended = whenEnded(response)
  if (delivery.sent !== 'nothing') {
    response.writeHead(reply.status, headersOf(reply, extra, true))
    response.flushHeaders()
    if (delivery.sent === 'half') await written(response, reply.body.subarray(0, Math.floor(reply.body.length / 2)))
  }
  if (delivery.kind === 'hang') return ended
  // What was written has to get through before a reset, which throws away what is on the way.
  await waited(response, delivery.sent === 'nothing' ? 0 : 20)
  if (delivery.rst) response.socket?.resetAndDestroy()
  else response.socket?.destroy()
  return 'broken'
}

const written = (response: ServerResponse, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve)
    response.write(chunk, () => {
      response.off('close', resolve)
      resolve()
    })
  })

async function dripped(
  response: ServerResponse,
  body: Uint8Array,
  drip: { bytes: number; everyMs: number },
): Promise<void> {
  const size = Math.max(1, drip.bytes)
  for (let at = 0; at < body.length; at += size) {
    response.write(body.subarray(at, at + size))
    if (!(await waited(response, drip.everyMs))) return
  }
  response.end()
}

/** No more than the caller takes is ever in memory. */
async function streamed(response: ServerResponse, chunks: Iterable<Uint8Array>): Promise<void> {
  for (const chunk of chunks) {
    if (response.closed) return
    await written(response, chunk)
  }
  response.end()
}
