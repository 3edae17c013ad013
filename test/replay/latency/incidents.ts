// Outages of 41 to 72 minutes that providers have reported, a minute as a second: how much a provider that is down costs
// whoever has two others.
import { join } from 'node:path'
import { rowsOf, DataError } from '../data-file.ts'
import type { Endpoint } from './arena.ts'
import { runArena } from './arena.ts'
import type { Figures } from './choices.ts'
import { figuresOf } from './choices.ts'

export interface OutageReplay {
  readonly incident: string
  readonly provider: string
  readonly minutes: number
  readonly waybill: Figures
  /** Attempts beyond the first, in percent of the requests that came during the outage. */
  readonly extraAttemptsPercent: number
  /** Where every request tries the provider that is down first, and then another. */
  readonly alwaysFirst: Figures
}

const [leastMinutes, mostMinutes] = [41, 72]
/** A minute of the incident. */
const minuteMs = 1_000
const everyMs = 50
const beforeMs = 30_000
const refusalMs = 400
const usualMs = { down: 900, second: 1_000, third: 1_200 } as const
const columns = ['incident_id', 'provider', 'API', 'api.anthropic.com', 'incident_impact_level', 'time_span'] as const

interface Outage {
  readonly incident: string
  readonly provider: string
  readonly minutes: number
}

function minutesOf(span: string): number {
  const [, days = '', hours = '', minutes = ''] = /^(\d+) days (\d+):(\d+)/u.exec(span) ?? []
  return days === '' ? 0 : Number(days) * 1_440 + Number(hours) * 60 + Number(minutes)
}

/** Of an API, and not minor. */
function readOutages(folder: string): readonly Outage[] {
  return rowsOf(join(folder, 'incident-stages-2024-08-31.csv.gz'), columns).flatMap((row): Outage[] => {
    const minutes = minutesOf(row.time_span)
    const isOfApi = row.API === '1' || row['api.anthropic.com'] === '1'
    const isLong = minutes >= leastMinutes && minutes <= mostMinutes
    if (!isOfApi || !isLong || Number(row.incident_impact_level) < 2) return []
    return [{ incident: row.incident_id, provider: row.provider, minutes }]
  })
}

const steady =
  (ms: number): Endpoint =>
  () => ({ ms, outcome: 'ok' })

function replayOutage({ incident, provider, minutes }: Outage): OutageReplay {
  const [from, to] = [beforeMs, beforeMs + minutes * minuteMs]
  const isDown = (at: number): boolean => at >= from && at < to
  const endpoints = new Map<string, Endpoint>([
    [
      `${provider}/model`,
      (at) => (isDown(at) ? { ms: refusalMs, outcome: 'failed' } : { ms: usualMs.down, outcome: 'ok' }),
    ],
    ['second/model', steady(usualMs.second)],
    ['third/model', steady(usualMs.third)],
  ])
  const arrivals = Array.from({ length: Math.floor((to + beforeMs) / everyMs) }, (_, at) => at * everyMs)
  const ended = runArena({ endpoints, arrivals, failureScope: 'provider', exploration: 0 })
  const during = ended.filter(({ at }) => isDown(at))
  const extra = during.reduce((sum, { attempts }) => sum + attempts - 1, 0)
  const always = arrivals.filter(isDown).map(() => ({ ms: refusalMs + usualMs.second, isAnswered: true }))
  return {
    incident,
    provider,
    minutes,
    waybill: figuresOf(during),
    extraAttemptsPercent: (100 * extra) / Math.max(1, during.length),
    alwaysFirst: figuresOf(always),
  }
}

export function replayIncidents(folder: string): readonly OutageReplay[] {
  const outages = readOutages(folder)
  if (outages.length === 0)
    throw new DataError(`${folder} has no outage of an API of ${leastMinutes} to ${mostMinutes} minutes.`)
  return outages.map(replayOutage)
}
