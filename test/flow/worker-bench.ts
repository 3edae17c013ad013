// A worker on a log in memory, with a server that stands for its vendor.
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Result } from '@waybill/schemas/generated/result'
import type { Topic } from '@waybill/schemas/topics'
import {
  deadLetters,
  dispatches,
  late,
  requests,
  results,
  workerChangelog,
  latencyStats,
} from '@waybill/schemas/topics'
import { systemClock } from '@waybill/runtime/clock'
import type { Connections } from '@waybill/runtime/http/capturing-fetch'
import { openConnections } from '@waybill/runtime/http/capturing-fetch'
import type { Log } from '@waybill/runtime/log'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import { schemasOf } from '@waybill/runtime/task/stage'
import { dispatch, request } from '@waybill/worker/given'
import type { WorkerSettings } from '@waybill/worker/service'
import { worker, workerStage } from '@waybill/worker/service'
import type { Vendor } from '@waybill/worker/vendors/vendor'

/** Of each API: the provider, a model, the path of the base URL, and the path that is called. */
export const apis = {
  chatCompletions: ['openai', 'gpt-4.1-mini-2025-04-14', '/v1', '/v1/chat/completions'],
  responses: ['openai', 'gpt-6-luna', '/v1', '/v1/responses'],
  messages: ['anthropic', 'claude-haiku-4-5-20251001', '', '/v1/messages'],
  generateContent: ['gemini', 'gemini-3.8-flash', '', '/v1beta/models/gemini-3.8-flash:generateContent'],
} as const
export type Api = keyof typeof apis

type Protocol = WorkerSettings['protocol']

export interface WorkerBench {
  /** Requests that the server has seen. */
  readonly seen: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[]
  /** Starts one more process, with the vendor's SDK unless another is given. */
  readonly start: (protocol?: Partial<Protocol>, vendor?: Vendor) => Promise<RunningService>
  readonly order: (given?: Partial<Dispatch>) => Promise<void>
  /** Waits until there are so many results. */
  readonly read: (count: number) => Promise<readonly Result[]>
  /** Waits until so much has been told of calls under way. */
  readonly told: (count: number) => Promise<readonly LatencyStats[]>
}

async function vendorServer(t: TestContext, answer: RequestListener): Promise<[string, WorkerBench['seen']]> {
  const seen: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer((incoming, response) => {
    seen.push({ url: incoming.url ?? '', headers: incoming.headers })
    answer(incoming.resume(), response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return [`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, seen]
}

interface Stand {
  readonly cluster: MemoryCluster
  readonly codec: Codec
  readonly log: Log
  readonly connections: Connections
}

async function startWorker(
  { cluster, codec, connections }: Stand,
  settings: WorkerSettings,
  processId: string,
  vendor: Vendor | undefined,
): Promise<RunningService> {
  const log = new MemoryLog(cluster)
  const given = { log, codec, clock: systemClock }
  const dependencies = { ...given, connections, onEvent: () => undefined }
  const make =
    vendor === undefined
      ? await worker(settings, dependencies)
      : workerStage(settings, dependencies, new Map([['default', vendor]]))
  return runService(make, {
    ...given,
    settings: { ...taskDefaults, partitions: 1 },
    processId,
    onEvent: () => undefined,
  })
}

async function writeOrder({ log, codec }: Stand, value: Dispatch): Promise<void> {
  const { claim, attempt, owner, tenant, hash, target } = value
  const topic = dispatches(target.provider)
  const headers = { claim, attempt: `${attempt}`, owner, tenant, id: owner, hash }
  await log.append({
    topic: topic.name,
    partition: 0,
    records: [{ key: hash, value: codec.encode(topic.value, value), headers }],
  })
}

async function readValues<Value>({ log, codec }: Stand, topic: Topic<Value>, count: number): Promise<readonly Value[]> {
  const found: Value[] = []
  const patience = Date.now() + 10_000
  while (found.length < count && Date.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    found.length = 0
    const { start, end } = await log.range(topic.name, 0)
    await log.read(topic.name, 0, { from: start, to: end }, (records) => {
      for (const { value } of records) {
        const decoded = codec.decode(topic.value, value)
        if (decoded.kind === 'value') found.push(decoded.value)
      }
    })
  }
  return found
}

export async function workerBench(t: TestContext, api: Api, answer: RequestListener): Promise<WorkerBench> {
  const [provider, model, path] = apis[api]
  const [origin, seen] = await vendorServer(t, answer)
  const own = [late(provider), dispatches(provider), workerChangelog(provider)]
  const topics = [...own, results, requests, deadLetters, latencyStats]
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics) cluster.createTopic(name, 1, maxMessageBytes)
  const codec = await openCodec(memoryRegistry(), schemasOf(topics, ''))
  const connections = openConnections()
  const stand: Stand = { cluster, codec, connections, log: new MemoryLog(cluster) }
  const services: RunningService[] = []
  t.after(async () => {
    await Promise.all(services.map((service) => service.stop()))
    await connections.close()
  })
  const target = {
    id: `${provider}/${model}`,
    provider,
    api,
    model,
    tier: 'small',
    account: 'default',
    regions: [],
    serviceTier: null,
  }
  const accounts = new Map([
    ['default', { baseUrl: `${origin}${path}`, apiKey: 'key' }],
    ['team-a', { baseUrl: `${origin}/team-a${path}`, apiKey: 'key of team-a' }],
  ])
  const settings = { provider, accounts, attribution: true }
  return {
    seen,
    async start(protocol = {}, vendor) {
      const complete = { ...settings, protocol: { ...protocolDefaults, ...protocol } }
      const service = await startWorker(stand, complete, `process-${services.length}`, vendor)
      services.push(service)
      return service
    },
    order(given = {}) {
      const now = Date.now()
      const bytes = codec.encode(requestRecord, request)
      return writeOrder(
        stand,
        dispatch({ target, startBy: now + 5_000, deadline: now + 20_000, request: bytes, ...given }),
      )
    },
    read: (count) => readValues(stand, results, count),
    told: (count) => readValues(stand, latencyStats, count),
  }
}
