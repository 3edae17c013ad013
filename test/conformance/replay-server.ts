import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Recording } from './recording.ts'

export interface ReplayServer {
  /** Where a vendor's SDK finds the answer of one recording. */
  readonly urlOf: (index: number) => string
  readonly close: () => Promise<void>
}

/** Answers every path below /<index>/ with what was recorded under that index. */
export async function startReplay(recordings: readonly Recording[]): Promise<ReplayServer> {
  const server = createServer((request, response) => {
    const recording = recordings[Number(/^\/(\d+)\//u.exec(request.url ?? '')?.[1])]
    request.resume()
    try {
      if (recording === undefined) response.writeHead(599).end()
      else response.writeHead(recording.status, recording.headers).end(JSON.stringify(recording.body))
    } catch {
      // What cannot be sent, such as a header of several lines, was never recorded: its call fails, and is a fault.
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the replay server has no port')
  return {
    urlOf: (index) => `http://127.0.0.1:${address.port}/${index}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections()
        server.close((error) => (error === undefined ? resolve() : reject(error)))
      }),
  }
}
