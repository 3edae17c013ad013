// An HTTP server that stands for the APIs of OpenAI, Anthropic and Gemini, and writes down what each call would cost.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { neighbour, routed } from './apis/registry.ts'
import type { FailureKind, Vendor } from './apis/vendor.ts'
import type { Controlled } from './control/control.ts'
import { controlled, isControl } from './control/control.ts'
import { deliver, waited } from './deliver.ts'
import { commanded } from './faults/registry.ts'
import type { Commanded } from './faults/registry.ts'
import { standingFaults } from './faults/standing.ts'
import { openLedger } from './ledger/ledger.ts'
import type { Plan, Received, World } from './plan.ts'
import { planned, turnedAway } from './plan.ts'
import { defaultModels } from './prices.ts'
import { RateLimits } from './rate-limits.ts'
import type { Settings, SimulatorOptions } from './settings.ts'
import { settingsOf } from './settings.ts'

export interface Simulator {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Ends what is under way and gives the port back. */
  readonly close: () => Promise<void>
}

type State = World & Controlled & Pick<Settings, 'bodyLimit'>

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options)
  const models = new Map([...defaultModels, ...settings.models].map((model) => [model.id, model]))
  const ledger = openLedger(settings.ledgerLimit, settings.ledgerFile)
  const limits = new RateLimits({ requests: settings.requestsPerMinute, tokens: settings.tokensPerMinute })
  const state: State = { ...settings, models, ledger, limits, standing: standingFaults(settings.seed) }
  const underway = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    const exchange = handled(incoming, response, state)
      .catch((error: unknown) => stumbled(response, error))
      .finally(() => underway.delete(exchange))
    underway.add(exchange)
  })
  // Longer than any client keeps an idle connection: else a close of ours meets a request of theirs, and is a reset.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.port
  return {
    url: `http://${settings.host}:${port}`,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(underway)
      ledger.close()
    },
  }
}

/** A fault of the simulator's own, or a caller that left while it was still sending. */
function stumbled(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.closed) response.destroy()
  else sentJson(response, 500, { error: `simulator: ${error instanceof Error ? error.message : 'unknown'}` })
}

async function handled(incoming: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const { method = 'GET' } = incoming
  const url = new URL(incoming.url ?? '/', 'http://simulator')
  const body = await bodyOf(incoming, state.bodyLimit)
  if (isControl(url.pathname)) {
    const reply = controlled(state, method, url, Buffer.from(body ?? []).toString('utf8'))
    return sentJson(response, reply.status, reply.body)
  }
  const commands = commandsIn(incoming, routed(url.pathname))
  if (typeof commands === 'string') return sentJson(response, 400, { error: `simulator: ${commands}` })
  const { headers } = incoming
  const nowMs = Date.now()
  const received = {
    method,
    url,
    headers,
    body: body ?? new Uint8Array(),
    nowMs,
    sequence: state.ledger.next(),
    commands,
  }
  return exchanged(received, response, state, body === null)
}

async function exchanged(received: Received, response: ServerResponse, state: State, tooLarge: boolean): Promise<void> {
  const { headers, url } = received
  const vendor = routed(url.pathname)
  const plan = planOf(received, vendor, state, tooLarge)
  const { provider, api } = vendor ?? neighbour(url.pathname)
  const { reply, ...told } = plan
  const sent = 'sent' in reply.delivery ? reply.delivery.sent : 'whole'
  const sequence = state.ledger.open({
    receivedAt: received.nowMs,
    provider,
    api,
    endpoint: url.pathname,
    ...told,
    status: sent === 'nothing' ? null : reply.status,
    attempt: correlation(headers['x-waybill-attempt']),
    hash: correlation(headers['x-waybill-hash']),
    claim: correlation(headers['x-waybill-claim']),
  })
  const extra = { 'x-simulator-planned-ms': String(plan.plannedMs), 'x-simulator-sequence': String(sequence) }
  const stayed = await waited(response, plan.plannedMs)
  state.ledger.end(sequence, stayed ? await deliver(response, reply, extra) : 'aborted')
}

function planOf(received: Received, vendor: Vendor | null, state: State, tooLarge: boolean): Plan {
  const wrong: FailureKind | null =
    vendor === null ? 'pathMissing' : received.method === 'POST' ? (tooLarge ? 'bodyTooLarge' : null) : 'methodWrong'
  if (vendor !== null && wrong === null) return planned(received, vendor, state)
  return turnedAway(
    received,
    vendor ?? neighbour(received.url.pathname),
    state,
    wrong ?? 'pathMissing',
    state.bodyLimit,
  )
}

const longestCorrelation = 256
const correlation = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' ? value.slice(0, longestCorrelation) : null

/** What the caller itself commands, or what is wrong with that. */
function commandsIn(incoming: IncomingMessage, vendor: Vendor | null): readonly Commanded[] | string {
  const header = incoming.headers['x-simulator-fault']
  if (typeof header !== 'string' || vendor === null) return []
  const commands = commanded(header)
  if (typeof commands === 'string') return commands
  const strange = commands.find((command) => !command.fault.apis.includes(vendor.api))
  return strange === undefined ? commands : `the fault '${strange.fault.name}' is not there for ${vendor.api}`
}

/** null for a body beyond the limit, which is read to its end and thrown away. */
async function bodyOf(incoming: IncomingMessage, limit: number): Promise<Uint8Array | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length <= limit) chunks.push(bytes)
  }
  return length > limit ? null : Buffer.concat(chunks)
}

function sentJson(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
  response.end(text)
}
