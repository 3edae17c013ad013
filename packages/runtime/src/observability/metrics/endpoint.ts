// Where metrics are read: /metrics for Prometheus, /healthz for whoever keeps the process alive.
import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'

/** What keeps a port from being listened on. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

export interface EndpointOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** Empty for every address of the machine. */
  readonly host: string
  readonly metrics: Pick<Metrics, 'scrape'>
  /** Whether the service is a member of its group and works. */
  readonly isHealthy: () => boolean
}

export interface Endpoint {
  readonly port: number
  close(): Promise<void>
}

const plain = 'text/plain; charset=utf-8'

async function answer(path: string, response: ServerResponse, { metrics, isHealthy }: EndpointOptions): Promise<void> {
  if (path === '/metrics') {
    const { contentType, text } = await metrics.scrape()
    response.writeHead(200, { 'content-type': contentType }).end(text)
  } else if (path === '/healthz') {
    const healthy = isHealthy()
    response.writeHead(healthy ? 200 : 503, { 'content-type': plain }).end(healthy ? 'ok\n' : 'not ready\n')
  } else response.writeHead(404, { 'content-type': plain }).end('There is /metrics and /healthz.\n')
}

function serve(options: EndpointOptions): Server {
  return createServer((request, response) => {
    const { method = '', url = '' } = request
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    answer(url.split('?')[0] ?? '', response, options).catch(() => {
      response.writeHead(500, { 'content-type': plain }).end('The metrics cannot be read.\n')
    })
  })
}

const problems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process: choose another one, or end that process.',
  EACCES: 'may not be listened on by this user: choose one above 1023.',
  EADDRNOTAVAIL: 'cannot be listened on: no address of this machine is the host that is set.',
  ENOTFOUND: 'cannot be listened on: the host that is set is not known.',
}

/** @throws PortError that says what is wrong with the port or the host */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { port, host } = options
  const server = serve(options)
  server.listen({ port, ...(host === '' ? {} : { host }) })
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new PortError(`port ${port} ${problems[code] ?? `cannot be listened on (${code}).`}`, { cause: error })
  }
  // A scrape must not keep a process alive that has nothing else to do.
  server.unref()
  return {
    port: portOf(server.address()),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0
