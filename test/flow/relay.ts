// Stands between the SDKs and the simulator, and keeps what was said on both sides.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'

export interface Exchanged {
  readonly path: string
  readonly asked: string
  readonly status: number
  readonly answered: string
}

export interface Relay {
  readonly url: string
  /** In the order of their ends. */
  readonly exchanges: readonly Exchanged[]
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'end')
  return Buffer.concat(chunks).toString()
}

/** Of a request, all but what belongs to its own connection. */
const passedOn = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value !== 'string' || ['host', 'connection', 'content-length', 'transfer-encoding'].includes(name)
        ? []
        : [[name, value]],
    ),
  )

export async function startRelay(context: TestContext, target: string): Promise<Relay> {
  const exchanges: Exchanged[] = []
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { url: path = '', method = 'POST' } = incoming
    const asked = await textOf(incoming)
    const answer = await fetch(`${target}${path}`, { method, body: asked, headers: passedOn(incoming) })
    const answered = await answer.text()
    exchanges.push({ path, asked, status: answer.status, answered })
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered)
  }
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, exchanges }
}
