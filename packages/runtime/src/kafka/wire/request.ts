// A request, and its way over one of kafkajs's connections.
import type { Broker, Connection } from '../internals.ts'
import { Writer } from './writer.ts'

export interface WireRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  /** Whether this version has tagged fields. */
  readonly flexible: boolean
  /** Of the body, or more. */
  readonly size: number
  /** How long the broker may take by the request's own terms. */
  readonly waitMs?: number
  write(writer: Writer): void
}

/** The whole frame: length, header, body. */
export function frameOf(request: WireRequest, clientId: string, correlationId: number): Buffer {
  const writer = new Writer(request.size + 16 + Buffer.byteLength(clientId))
  writer.int32(0)
  writer.int16(request.apiKey)
  writer.int16(request.apiVersion)
  writer.int32(correlationId)
  writer.string(clientId)
  if (request.flexible) writer.noTags()
  request.write(writer)
  const frame = writer.written()
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

const fetchKey = 1
const connecting = new WeakMap<Connection, Promise<unknown>>()

/** kafkajs opens a second socket under the first where two requests find a connection closed: they share one attempt here. */
async function connected(connection: Connection): Promise<void> {
  if (!connection.isConnected()) {
    const attempt = connecting.get(connection) ?? connection.connect()
    connecting.set(connection, attempt)
    try {
      await attempt
    } finally {
      connecting.delete(connection)
    }
  }
  if (connection.sasl !== null && !connection.isAuthenticated()) await connection.authenticate()
}

/**
 * Sends a request and returns its answer, without its header.
 * @param written called as soon as the request is on its way
 */
export async function exchange(broker: Broker, request: WireRequest, written?: () => void): Promise<Buffer> {
  if (!broker.isConnected()) await broker.connect()
  const connection = broker.connectionPool.pool[request.apiKey === fetchKey ? 1 : 0]
  if (connection === undefined) throw new Error('kafkajs keeps two connections to a broker')
  if (!connection.isConnected() || connection.sasl !== null) await connected(connection)
  const correlationId = connection.nextCorrelationId()
  const frame = frameOf(request, connection.clientId, correlationId)
  const { apiKey, apiName, apiVersion, waitMs } = request
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: waitMs === undefined ? null : waitMs + connection.requestTimeout,
      sendRequest: () => {
        connection.socket.write(frame)
        written?.()
      },
    })
  })
  return payload
}
