// A fetch for other people's clients that makes one call, and keeps what really came back: clients drop fields, hide
// headers, and repeat calls of their own accord.
import type { Dispatcher } from 'undici'
import { Agent, fetch as send } from 'undici'

/** Connections that any number of exchanges may use. */
export interface Connections {
  readonly exchange: (options: ExchangeOptions) => Exchange
  readonly close: () => Promise<void>
}

export interface ExchangeOptions {
  /** The only origin that may be called, for example https://api.openai.com. */
  readonly origin: string
  /** A larger body ends the exchange. */
  readonly mostBytes: number
  /** Ends the exchange, in the middle of the body too. */
  readonly signal: AbortSignal
  /** Asked right before the first byte is written, once a connection is there; after a no nothing is written. */
  readonly mayStart: () => boolean
}

/** What one call has seen. */
interface Seen {
  /** asked: fetch was called; started: bytes may have left; answered: status and headers came; done: so did all of the body. */
  readonly reached: 'nothing' | 'asked' | 'started' | 'answered' | 'done'
  /** Whether `mayStart` said no. */
  readonly refused: boolean
  readonly tooLarge: boolean
  readonly status: number | null
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** What broke the call. */
  readonly error: unknown
}

/** One call: the fetch for a client, and what came of it. */
export interface Exchange {
  readonly fetch: typeof globalThis.fetch
  readonly seen: () => Seen
}

type Changing = { -readonly [Name in keyof Seen]: Seen[Name] }

class Refused extends Error {
  override readonly name = 'Refused'
}

/** Stands between fetch and the connection. Fetch itself repeats a call, for one after status 421: it may start once only. */
const guarded =
  (seen: Changing, { mayStart, signal }: ExchangeOptions): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        if (seen.reached !== 'asked') throw new Refused('a call is made once')
        if (signal.aborted) throw new Refused('the call was given up before it started')
        if (!mayStart()) {
          seen.refused = true
          throw new Refused('the call may not start any more')
        }
        seen.reached = 'started'
        handler.onRequestStart?.(controller, context)
      },
      onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
      onResponseStart: (...given) => handler.onResponseStart?.(...given),
      onResponseData: (...given) => handler.onResponseData?.(...given),
      onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
      onResponseError: (...given) => handler.onResponseError?.(...given),
      onResponseStarted: () => handler.onResponseStarted?.(),
      onBodySent: (chunk) => handler.onBodySent?.(chunk),
      onRequestSent: () => handler.onRequestSent?.(),
    })

/** All of a body, as long as it is not too large: then nothing. */
async function readAll(body: AsyncIterable<Uint8Array> | null, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function call(
  agent: Agent,
  seen: Changing,
  options: ExchangeOptions,
  url: URL,
  given: Request,
): Promise<Response> {
  const response = await send(url, {
    method: given.method,
    headers: [...given.headers],
    body: await given.bytes(),
    // Following one would be a second call.
    redirect: 'manual',
    signal: options.signal,
    dispatcher: agent.compose(guarded(seen, options)),
  })
  seen.reached = 'answered'
  seen.status = response.status
  seen.headers = Object.fromEntries(response.headers)
  const body = await readAll(response.body, options.mostBytes)
  if (body === undefined) {
    seen.tooLarge = true
    throw new Error(`the body has more than ${options.mostBytes} bytes`)
  }
  seen.body = body
  seen.reached = 'done'
  const headers = Object.entries(seen.headers).filter(([name]) => !/^content-(?:encoding|length)$/u.test(name))
  const mayHaveBody = response.status !== 204 && response.status !== 304
  return new Response(mayHaveBody ? body : null, { status: response.status, headers })
}

function open(agent: Agent, options: ExchangeOptions): Exchange {
  const seen: Changing = {
    reached: 'nothing',
    refused: false,
    tooLarge: false,
    status: null,
    headers: {},
    body: null,
    error: undefined,
  }
  return {
    seen: () => ({ ...seen }),
    async fetch(input, init) {
      if (seen.reached !== 'nothing') throw new Refused('a call is made once')
      seen.reached = 'asked'
      try {
        const given = new Request(input, init)
        const url = new URL(given.url)
        if (url.origin !== options.origin) throw new Refused(`${url.origin} is not ${options.origin}`)
        return await call(agent, seen, options, url, given)
      } catch (error) {
        seen.error = error
        throw error
      }
    },
  }
}

/** Without time-outs of their own but for connecting: whoever opens an exchange gives it a signal. */
export function openConnections(settings: { readonly connectTimeoutMs?: number } = {}): Connections {
  const agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: settings.connectTimeoutMs ?? 10_000 },
    allowH2: false,
    pipelining: 1,
  })
  return {
    exchange: (options) => open(agent, options),
    close: () => agent.destroy(),
  }
}
