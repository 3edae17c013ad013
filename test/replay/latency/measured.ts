// The same open model at many providers, measured from three regions over 18 days. Rounds are hours apart; here each
// lasts a minute, in which every endpoint takes what it took in that round.
import { join } from 'node:path'
import { DataError, rowsOf } from '../data-file.ts'
import type { Endpoint } from './arena.ts'

export const roundMs = 60_000
export const everyMs = 250
const columns = ['time', 'region', 'model', 'total_time'] as const
type Row = Readonly<Record<(typeof columns)[number], string>>

/** fireworks.ai/llama-v3-70b-instruct and groq.com/llama3-70b-8192 serve the same model. */
const modelOf = (endpoint: string): string =>
  (endpoint.split('/').at(-1) ?? endpoint)
    .toLowerCase()
    .replace(/-(?:chat-hf|chat-fp16|chat-int8|chat|instruct-v0\.1|instruct|4096|8192|32768)$/u, '')
    .replace(/llama-?v?(?=[23])/u, 'llama-')

/** One model in one region. */
export interface Measured {
  readonly name: string
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rounds: number
  /** Milliseconds by round, of each endpoint. */
  readonly times: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly arrivals: readonly number[]
}

function measuredOf(name: string, rows: readonly Row[]): Measured {
  const rounds = [...new Set(rows.map(({ time }) => time.slice(0, 13)))].toSorted((one, other) =>
    one < other ? -1 : 1,
  )
  const times = new Map<string, Map<number, number>>()
  for (const { time, model, total_time: total } of rows) {
    const ms = Number(total) * 1_000
    const own = times.get(model) ?? new Map<number, number>()
    if (total !== '' && Number.isFinite(ms)) own.set(rounds.indexOf(time.slice(0, 13)), ms)
    times.set(model, own)
  }
  const endpoints = new Map(
    [...times].map(([id, own]): [string, Endpoint] => [
      id,
      (at) => {
        const ms = own.get(Math.floor(at / roundMs))
        return ms === undefined ? null : { ms, outcome: 'ok' }
      },
    ]),
  )
  const count = Math.floor((rounds.length * roundMs) / everyMs)
  const arrivals = Array.from({ length: count }, (_, at) => at * everyMs)
  return { name, endpoints, rounds: rounds.length, times, arrivals }
}

/** Models that fewer endpoints than this serve leave nothing to choose. */
const fewest = 3

export function readModels(folder: string): readonly Measured[] {
  const groups = new Map<string, Row[]>()
  for (const row of rowsOf(join(folder, 'thefastest_history_2024.csv.gz'), columns)) {
    const name = `${modelOf(row.model)} from ${row.region}`
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  const found = [...groups]
    .map(([name, rows]) => measuredOf(name, rows))
    .filter(({ endpoints }) => endpoints.size >= fewest)
  if (found.length === 0) throw new DataError(`${folder} has no model that ${fewest} endpoints serve.`)
  return found
}
