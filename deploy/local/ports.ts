import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the ranges that systems hand out for outgoing connections: one of those could take the port of a broker
// between its death and its restart.
const lowestPort = 20_000
const highestPort = 32_000

/** The wanted port if it is free, else any free one. 0 wants any. */
export async function choosePort(wanted: number): Promise<number> {
  let port = wanted === 0 ? randomInt(lowestPort, highestPort) : wanted
  while (!(await isPortFree(port))) port = randomInt(lowestPort, highestPort)
  return port
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
