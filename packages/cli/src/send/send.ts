// `waybill send`: requests from a file, from standard input or from the command line, and their replies.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { text as textOf } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { catalogue, findTarget } from '@waybill/routing/catalogue/catalogue'
import { nearest } from '@waybill/routing/policy/reading'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Client } from '@waybill/client/client'
import type { RequestInput } from '@waybill/client/complete'
import type { Asked } from '@waybill/client/earlier-replies'
import { patienceOf } from '@waybill/client/waiting-replies'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { interrupted, withClient } from '../connection.ts'
import { onlyArgument, wholeNumber } from '../options.ts'
import { counted } from '../terminal.ts'
import { replyPage, summaryLine } from './page.ts'
import { requestsIn } from './request-lines.ts'
import { isGood, Waiting } from './waiting.ts'

const help = `Usage: npm run waybill -- send FILE|- [options]
       npm run waybill -- send --text TEXT [options]

Sends requests, one JSON object a line, and prints the reply to each. README.md shows a request in full; docs/request.md
tells every field. Exits with 1 where a request failed, was rejected or got no reply.

  --text TEXT       one request with this text, instead of a file
  --tenant T        tenant of --text (waybill)
  --model M         the model that --text asks for: the baseline of its saving
  --no-wait         do not wait for replies
  --timeout S       seconds to wait after the last request (its latency budget and 10)
  --full            print answers in full; a single one always is
  --json            each reply as one JSON object a line
  --help            this text

Example: npm run waybill -- send --text "Name three harbours." --json
         npm run waybill -- send requests.jsonl --no-wait
`

interface Options {
  readonly requests: readonly RequestInput[]
  readonly wait: boolean
  readonly patienceMs: number
  readonly full: boolean
  readonly json: boolean
}

async function readInput(path: string): Promise<string> {
  if (path === '-') return textOf(process.stdin)
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
}

async function requestsOf(
  file: string | undefined,
  {
    text,
    tenant,
    model,
  }: { readonly text: string | undefined; readonly tenant: string; readonly model: string | undefined },
): Promise<readonly RequestInput[]> {
  if ((file === undefined) === (text === undefined))
    throw new UsageError('Give either a file of requests (- is standard input) or --text.')
  if (text !== undefined) {
    if (text.trim() === '') throw new UsageError('--text is empty.')
    const asked = model === undefined ? {} : { requestedModel: model }
    return [{ tenant, id: randomUUID(), messages: [{ role: 'user', text }], ...asked }]
  }
  const path = file ?? '-'
  const requests = requestsIn(await readInput(path), path === '-' ? 'standard input' : path)
  if (requests.length === 0) throw new UsageError(`There is no request in ${path}.`)
  return requests
}

async function optionsOf(given: readonly string[]): Promise<Options> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      text: { type: 'string' },
      tenant: { type: 'string', default: 'waybill' },
      model: { type: 'string' },
      'no-wait': { type: 'boolean', default: false },
      timeout: { type: 'string' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const requests = await requestsOf(onlyArgument(positionals, 'file'), {
    text: values.text,
    tenant: values.tenant,
    model: values.model,
  })
  const longest = requests.reduce((most, { latencyBudgetMs }) => Math.max(most, patienceOf(latencyBudgetMs)), 0)
  const patienceMs = values.timeout === undefined ? longest : wholeNumber('timeout', values.timeout, 1) * 1_000
  return {
    requests,
    wait: !values['no-wait'],
    patienceMs,
    full: values.full || requests.length === 1,
    json: values.json,
  }
}

/** A line for each requested model that has no price here: such a request is served, but no saving can be told. */
export function priceNotes(requests: readonly RequestInput[]): readonly string[] {
  const models = new Set(requests.flatMap(({ requestedModel }) => requestedModel ?? []))
  return [...models].flatMap((model) => {
    if (findTarget(model) !== undefined) return []
    const near = nearest(model, [...catalogue.models.keys()])
    const hint = near === undefined ? '' : ` Did you mean ${near}?`
    return [`This build knows no price of the requested model ${model}, so that no saving can be told.${hint}`]
  })
}

/** So many are on their way to the brokers at once. */
const atOnce = 100

async function sendAll(client: Client, requests: readonly RequestInput[], waiting: Waiting): Promise<void> {
  for (let at = 0; at < requests.length; at += atOnce) {
    await Promise.all(
      requests.slice(at, at + atOnce).map(async (request, index) => {
        try {
          waiting.sent(await client.send(request))
        } catch (error) {
          waiting.notSent()
          tell(`Request ${at + index + 1} (${request.tenant}/${request.id}) was not sent: ${String(error)}`)
        }
      }),
    )
    if (requests.length > atOnce) tell(`  ${Math.min(at + atOnce, requests.length)} of ${requests.length} sent`)
  }
}

/** Decisions come one by one: those of so long are looked for together. */
const gatherMs = 200

interface Search {
  readonly patienceMs: number
  /** Whether the request is one of ours. */
  readonly isOurs: (named: Pick<Asked, 'tenant' | 'id'>) => boolean
  readonly take: (reply: Reply) => void
}

/**
 * A request that had its reply before gets no second one: the first is looked for as soon as the router says so, in one
 * look for all that it has said so of. Returns what ends it.
 */
async function findEarlier(client: Client, { patienceMs, isOurs, take }: Search): Promise<() => void> {
  let gathered: Asked[] = []
  let isOver = false
  const look = async (): Promise<void> => {
    const asked = gathered
    gathered = []
    tell(`${counted(asked.length, 'request')} came before: looking for the first reply`)
    try {
      const found = await client.earlierReplies(asked, patienceMs)
      for (const reply of found) take(reply)
      if (found.length < asked.length) tell(`${asked.length - found.length} of them have none yet`)
    } catch (error) {
      if (!isOver) tell(`The first replies could not be looked for: ${String(error)}`)
    }
  }
  const end = await client.subscribe('decisions', ({ value: { kind, tenant, id, hash } }) => {
    if (kind !== 'redelivered' || hash === null || !isOurs({ tenant, id })) return
    if (gathered.length === 0) setTimeout(() => void look(), gatherMs)
    gathered.push({ tenant, id, hash })
  })
  return () => {
    isOver = true
    end()
  }
}

/** To replies, and to what the router says of requests that came before. Returns what ends the latter. */
async function listen(client: Client, search: Search): Promise<() => void> {
  await client.subscribe('replies', ({ value }) => {
    search.take(value)
  })
  return findEarlier(client, search)
}

async function sendAndWait(client: Client, options: Options): Promise<ExitCode> {
  const { requests, wait, patienceMs, full, json } = options
  for (const note of priceNotes(requests)) tell(note)
  const waiting = new Waiting()
  // A reply may be faster than the confirmation that its request is stored.
  const early: Reply[] = []
  const ours = new Set(requests.map(({ tenant, id }) => JSON.stringify([tenant, id])))
  let isSent = false
  const isOurs = ({ tenant, id }: Pick<Asked, 'tenant' | 'id'>): boolean => ours.has(JSON.stringify([tenant, id]))
  const take = (reply: Reply): void => {
    if (!isOurs(reply)) return
    if (!isSent) early.push(reply)
    else if (waiting.settle(reply)) say(json ? JSON.stringify(reply) : replyPage(reply, full))
  }
  const endSearch = wait ? await listen(client, { patienceMs, isOurs, take }) : null
  await sendAll(client, requests, waiting)
  isSent = true
  for (const reply of early.splice(0)) take(reply)
  if (!wait) {
    tell(`${counted(waiting.summary().sent, 'request')} sent.`)
    return waiting.summary().notSent === 0 ? 0 : 1
  }
  const stopped = interrupted()
  if (!(await waiting.allSettled(patienceMs, stopped)))
    for (const { tenant, id } of waiting.open.slice(0, 10))
      tell(`No reply to ${tenant}/${id}: npm run waybill -- explain ${id} --tenant ${tenant}`)
  endSearch?.()
  const summary = waiting.summary()
  tell(summaryLine(summary))
  return isGood(summary) ? 0 : 1
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const options = await optionsOf(given)
  return withClient((client) => sendAndWait(client, options))
}

export const send: Command = { name: 'send', summary: 'send requests and print their replies', help, run }
