// A server in the place of all three vendors that says back whatever it was told, in every way a call can go wrong.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiName } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import { canaries } from './canaries.ts'

interface Heard {
  readonly api: ApiName
  /** The request as it came, keys and all. */
  readonly echo: string
}

type Answer = (heard: Heard, response: ServerResponse) => void

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const failing =
  (status: number, type: string): Answer =>
  ({ echo }, response) => {
    const error = { type, code: type, status: type, message: `${canaries.vendorError}: ${echo}` }
    json(response, status, { type: 'error', error })
  }
const spoken =
  (text: string): Answer =>
  ({ api }, response) => {
    json(response, 200, bodyOf(api, { text: [text] }))
  }

/** How a call goes, by the word that its prompt brings. */
const answers = {
  'in-order': spoken(`${canaries.answer} says hello.`),
  'tool-call': ({ api }, response) => {
    const calls = [{ name: canaries.toolName, arguments: { city: canaries.answerCall } }]
    json(response, 200, bodyOf(api, { calls, end: 'calls' }))
  },
  'unknown-tool': ({ api }, response) => {
    json(response, 200, bodyOf(api, { calls: [{ name: canaries.answerCall, arguments: {} }], end: 'calls' }))
  },
  'wrong-arguments': ({ api }, response) => {
    const calls = [{ name: canaries.toolName, arguments: { city: 3, [canaries.answerCall]: canaries.answerCall } }]
    json(response, 200, bodyOf(api, { calls, end: 'calls' }))
  },
  'no-json': spoken(`{"city": ${canaries.answer}`),
  'wrong-output': spoken(JSON.stringify({ city: 3, [canaries.answer]: canaries.answer })),
  refusal: ({ api }, response) => {
    json(response, 200, bodyOf(api, { refusal: canaries.refusal }))
  },
  'bad-request': failing(400, 'invalid_request_error'),
  'wrong-key': failing(401, 'authentication_error'),
  'no-such-model': failing(404, 'not_found_error'),
  'too-many': failing(429, 'rate_limit_error'),
  gateway: ({ echo }, response) => {
    const page = `<html><h1>500</h1>${canaries.vendorError} ${echo}</html>`
    response.writeHead(500, { 'content-type': 'text/html', [canaries.vendorHeader]: canaries.vendorHeader }).end(page)
  },
  page: ({ echo }, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${canaries.vendorError} ${echo}</html>`)
  },
  'broken-json': ({ echo }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${canaries.vendorError}": ${echo}`)
  },
  'error-inside': ({ echo }, response) => {
    json(response, 200, { type: 'error', error: { message: `${canaries.vendorError} ${echo}`, code: 'server_error' } })
  },
  'no-gzip': ({ echo }, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(`${canaries.vendorError} ${echo}`)
  },
  cut: ({ echo }, response) => {
    response.writeHead(200, { 'content-length': '1000000' }).write(`${canaries.vendorError} ${echo}`, () => {
      response.destroy()
    })
  },
  endless: ({ echo }, response) => {
    response.writeHead(200).end(`${canaries.vendorError} ${echo}`.padEnd(5 * 1_024 * 1_024, canaries.vendorError))
  },
  'broken-header': (_, response) => {
    response.socket?.end(`HTTP/1.1 ${canaries.vendorHeader}\r\n${canaries.vendorHeader}\r\n\r\n`)
  },
} as const satisfies Readonly<Record<string, Answer>>

export type Course = keyof typeof answers
const isCourse = (name: string): name is Course => Object.hasOwn(answers, name)
export const courses: readonly Course[] = Object.keys(answers).filter(isCourse)

function apiOf(path: string): ApiName {
  if (path.startsWith('/v1/chat/')) return 'chatCompletions'
  if (path.startsWith('/v1/responses')) return 'responses'
  return path.startsWith('/v1/messages') ? 'messages' : 'generateContent'
}

async function bodyIn(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  return Buffer.concat(chunks).toString()
}

export interface HostileVendor {
  readonly url: string
  /** Everything that it was told. */
  readonly heard: () => string
  /** The courses that calls have taken. */
  readonly taken: ReadonlySet<Course>
  readonly close: () => void
}

/** Long enough for every decision to be made before the first failure teaches the router to keep away. */
const thinkMs = 300

export async function startHostileVendor(): Promise<HostileVendor> {
  const heard: string[] = []
  const taken = new Set<Course>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const echo = JSON.stringify([request.url, request.headers, await bodyIn(request)])
    heard.push(echo)
    await pause(thinkMs)
    const course = courses.find((name) => echo.includes(`course ${name}.`))
    if (course === undefined) throw new Error('The prompt names no course.')
    taken.add(course)
    answers[course]({ api: apiOf(request.url ?? ''), echo }, response)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    heard: () => heard.join('\n'),
    taken,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
