// The simulator's own HTTP: faults, providers, latency, models and the ledger.
import { isObject, memberOf, numberAt, parseJson, stringAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { defaultModels } from '../prices.ts'
import type { Model } from '../prices.ts'
import { commanded, faults } from '../faults/registry.ts'
import type { Commanded } from '../faults/registry.ts'
import type { StandingFaults } from '../faults/standing.ts'
import type { RateLimits } from '../rate-limits.ts'
import { ControlError, filterIn, limitIn, modelIn, numberIn, onlyThese, providerIn, wholeIn } from './reading.ts'

/** What control calls may change. */
export interface Controlled {
  readonly standing: StandingFaults
  readonly ledger: Ledger
  readonly models: Map<string, Model>
  readonly limits: RateLimits
  latencyScale: number
  latencyFixedMs: number | null
  tailShare: number
}

interface ControlReply {
  readonly status: number
  readonly body: unknown
}

type Handler = (world: Controlled, body: JsonObject, part: string, url: URL) => unknown

const routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['GET', /^\/health$/u, () => ({ status: 'ok' })],
  ['GET', /^\/ledger$/u, (world, _, __, url) => ledgerPage(world, url)],
  ['GET', /^\/ledger\/summary$/u, (world) => world.ledger.summary()],
  ['DELETE', /^\/ledger$/u, clearLedger],
  ['GET', /^\/control\/faults$/u, (world) => ({ faults: world.standing.list() })],
  ['POST', /^\/control\/faults$/u, addFault],
  ['DELETE', /^\/control\/faults$/u, clearFaults],
  ['DELETE', /^\/control\/faults\/([\w-]+)$/u, removeFault],
  [
    'GET',
    /^\/control\/registry$/u,
    () => ({
      faults: faults.map(({ name, about, apis, parameters, billed }) => ({ name, about, apis, parameters, billed })),
    }),
  ],
  ['POST', /^\/control\/providers\/(\w+)$/u, setProvider],
  ['GET', /^\/control\/latency$/u, (world) => latencyOf(world)],
  ['POST', /^\/control\/latency$/u, setLatency],
  ['GET', /^\/control\/limits$/u, (world) => world.limits.list()],
  ['POST', /^\/control\/limits$/u, setLimits],
  ['GET', /^\/control\/models$/u, (world) => ({ models: [...world.models.values()] })],
  ['POST', /^\/control\/models$/u, addModel],
  [
    'DELETE',
    /^\/control\/models\/(.+)$/u,
    (world, _, id) => ({ removed: world.models.delete(decodeURIComponent(id)) }),
  ],
  ['POST', /^\/control\/reset$/u, reset],
]

export const isControl = (path: string): boolean => /^\/(?:control|ledger|health)(?:\/|$)/u.test(path)

export function controlled(world: Controlled, method: string, url: URL, text: string): ControlReply {
  const fitting = routes.filter(([, path]) => path.test(url.pathname))
  const route = fitting.find(([each]) => each === method)
  if (route === undefined) return wrong(fitting.length > 0 ? 405 : 404, `${method} ${url.pathname} is not there`)
  const [, path, handler] = route
  const body = text === '' ? {} : parseJson(text)
  if (!isObject(body)) return wrong(400, 'the body must be a JSON object')
  try {
    return { status: 200, body: handler(world, body, path.exec(url.pathname)?.[1] ?? '', url) }
  } catch (error) {
    if (error instanceof ControlError) return wrong(400, error.message)
    throw error
  }
}

const wrong = (status: number, message: string): ControlReply => ({ status, body: { error: message } })

function clearLedger(world: Controlled): unknown {
  world.ledger.clear()
  return { cleared: true }
}

function clearFaults(world: Controlled): unknown {
  world.standing.clear()
  return { cleared: true }
}

const largestPage = 10_000

function ledgerPage(world: Controlled, url: URL): unknown {
  const asked = {
    after: Number(url.searchParams.get('after') ?? 0),
    limit: Number(url.searchParams.get('limit') ?? 1_000),
  }
  const after = wholeIn(asked, 'after', Number.MAX_SAFE_INTEGER) ?? 0
  const limit = wholeIn(asked, 'limit', largestPage) ?? 0
  return world.ledger.page(after, limit)
}

let ruleNumber = 0

function addFault(world: Controlled, body: JsonObject): unknown {
  onlyThese(body, ['id', 'fault', 'provider', 'api', 'model', 'contains', 'probability', 'count'])
  const fault = stringAt(body, 'fault') ?? ''
  const id = stringAt(body, 'id') ?? `fault-${++ruleNumber}`
  if (!/^[\w-]{1,64}$/u.test(id)) throw new ControlError('id must be of letters, digits, - and _')
  const probability = numberIn(body, 'probability', 0, 1) ?? 1
  const rule = { id, fault, commands: commandsIn(fault), ...filterIn(body), probability, count: countIn(body) }
  world.standing.add(rule)
  return world.standing.list().find((each) => each.id === id)
}

const countIn = (body: JsonObject): number | null =>
  memberOf(body, 'count') === null ? null : (wholeIn(body, 'count', Number.MAX_SAFE_INTEGER) ?? null)

function commandsIn(fault: string): readonly Commanded[] {
  const commands = commanded(fault)
  if (typeof commands === 'string') throw new ControlError(commands)
  return commands
}

function removeFault(world: Controlled, _: JsonObject, id: string): unknown {
  if (!world.standing.remove(id)) throw new ControlError(`there is no standing fault '${id}'`)
  return { removed: id }
}

/** Short words for ways of being down; every fault's name is one as well. */
const ways: Readonly<Record<string, string>> = {
  429: 'rate-limit',
  500: 'server-error',
  502: 'gateway-502',
  503: 'unavailable',
  504: 'gateway-504',
  529: 'overloaded',
}

function setProvider(world: Controlled, body: JsonObject, name: string): unknown {
  onlyThese(body, ['down', 'as'])
  const provider = providerIn(name)
  const id = `down-${provider}`
  const down = memberOf(body, 'down')
  if (typeof down !== 'boolean') throw new ControlError('down must be true or false')
  if (!down) {
    world.standing.remove(id)
    return { provider, down }
  }
  const as = stringAt(body, 'as') ?? String(numberAt(body, 'as') ?? 503)
  const fault = ways[as] ?? as
  // What is down bills nothing.
  const commands = commandsIn(fault).map((command) => ({ ...command, billed: false }))
  world.standing.add(
    { id, fault, commands, provider, api: null, model: null, contains: null, probability: 1, count: null },
    true,
  )
  return { provider, down, as: fault }
}

const latencyOf = (world: Controlled): unknown => ({
  scale: world.latencyScale,
  fixedMs: world.latencyFixedMs,
  tailShare: world.tailShare,
})

function setLatency(world: Controlled, body: JsonObject): unknown {
  onlyThese(body, ['scale', 'fixedMs', 'tailShare'])
  world.latencyScale = numberIn(body, 'scale', 0, 1_000) ?? world.latencyScale
  world.tailShare = numberIn(body, 'tailShare', 0, 1) ?? world.tailShare
  if (memberOf(body, 'fixedMs') === null) world.latencyFixedMs = null
  else world.latencyFixedMs = numberIn(body, 'fixedMs', 0, 3_600_000) ?? world.latencyFixedMs
  return latencyOf(world)
}

function setLimits(world: Controlled, body: JsonObject): unknown {
  onlyThese(body, ['model', 'requestsPerMinute', 'tokensPerMinute'])
  const [requests, tokens] = [limitIn(body, 'requestsPerMinute'), limitIn(body, 'tokensPerMinute')]
  world.limits.set(stringAt(body, 'model'), { requests, tokens })
  return world.limits.list()
}

function addModel(world: Controlled, body: JsonObject): unknown {
  const model = modelIn(body)
  world.models.set(model.id, model)
  return model
}

function reset(world: Controlled): unknown {
  world.standing.clear()
  world.limits.reset()
  world.models.clear()
  for (const model of defaultModels) world.models.set(model.id, model)
  return { reset: true }
}
