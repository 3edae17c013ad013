import { UsageError } from '../command.ts'

/** From (inclusive) to (exclusive), epoch milliseconds. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A time such as 2026-11-26, 2026-11-26T08:00Z, or 24h: that long ago. @throws UsageError */
function timeOf(name: string, text: string, now: number): number {
  const [, count = '', unit = ''] = /^(\d+)([mhd])$/u.exec(text) ?? []
  if (unit === 'm' || unit === 'h' || unit === 'd') return now - Number(count) * units[unit]
  const at = Date.parse(text)
  if (!Number.isFinite(at))
    throw new UsageError(`--${name} "${text}" is no time: write 2026-11-26, 2026-11-26T08:00Z, or 24h.`)
  return at
}

/** @throws UsageError for what is no time, and for a range that is empty */
export function rangeOf(from: string | undefined, to: string | undefined, now: number): TimeRange {
  const range = {
    from: from === undefined ? 0 : timeOf('from', from, now),
    to: to === undefined ? Infinity : timeOf('to', to, now),
  }
  if (range.from >= range.to) throw new UsageError('The range is empty: --from must be before --to.')
  return range
}

export const isWithin = ({ from, to }: TimeRange, at: number): boolean => at >= from && at < to
