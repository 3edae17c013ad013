// `waybill tail`: follows a topic.
import { parseArgs } from 'node:util'
import type { Client, Received } from '@waybill/client/client'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { interrupted, withClient } from '../connection.ts'
import { onlyArgument, wholeNumber } from '../options.ts'
import { costLine, decisionLine, feedbackLine, replyLine, responseLine } from './lines.ts'

const help = `Usage: npm run waybill -- tail replies|responses|decisions|costs|feedback [options]

Follows a topic: one line a record, from now on, until Ctrl-C.

  --from-start      also what is there already
  --tenant T        only records of this tenant
  --count N         stop after N records
  --json            each record as one JSON object a line, with its partition, offset and timestamp
  --help            this text

Example: npm run waybill -- tail costs --from-start --tenant acme --json
`

interface Options {
  readonly tenant: string | undefined
  readonly count: number
  readonly json: boolean
}

/** Calls back until so many records were taken. */
type Show = <Value extends { readonly tenant: string }>(
  line: (value: Value) => string,
) => (received: Received<Value>) => void

const time = (timestamp: number): string => new Date(timestamp).toISOString().slice(11, 23)

function shower({ tenant, count, json }: Options, enough: () => void): Show {
  let shown = 0
  return (line) =>
    ({ value, partition, offset, timestamp }) => {
      if ((tenant !== undefined && value.tenant !== tenant) || shown >= count) return
      shown++
      say(json ? JSON.stringify({ partition, offset, timestamp, value }) : `${time(timestamp)}  ${line(value)}`)
      if (shown === count) enough()
    }
}

const followers: Readonly<Record<string, (client: Client, show: Show, fromStart: boolean) => Promise<() => void>>> = {
  replies: (client, show, fromStart) => client.subscribe('replies', show(replyLine), { fromStart }),
  responses: (client, show, fromStart) => client.subscribe('responses', show(responseLine), { fromStart }),
  decisions: (client, show, fromStart) => client.subscribe('decisions', show(decisionLine), { fromStart }),
  costs: (client, show, fromStart) => client.subscribe('costs', show(costLine), { fromStart }),
  feedback: (client, show, fromStart) => client.subscribe('feedback', show(feedbackLine), { fromStart }),
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      'from-start': { type: 'boolean', default: false },
      tenant: { type: 'string' },
      count: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const name = onlyArgument(positionals, 'topic')
  const follow = name === undefined ? undefined : followers[name]
  if (name === undefined || follow === undefined)
    throw new UsageError(`Say which topic to follow: ${Object.keys(followers).join(', ')}.`)
  const { tenant, json, 'from-start': fromStart } = values
  const count = values.count === undefined ? Infinity : wholeNumber('count', values.count, 1)
  await withClient(async (client) => {
    const enough = Promise.withResolvers<void>()
    await follow(client, shower({ tenant, json, count }, enough.resolve), fromStart)
    tell(`Following ${name}. Ctrl-C ends it.`)
    await Promise.race([enough.promise, interrupted()])
  })
  return 0
}

export const tail: Command = { name: 'tail', summary: 'follow replies, responses, decisions or costs', help, run }
