import type { Heard } from '@waybill/routing/feedback/heard'
import type { Interval } from '@waybill/routing/backtest/interval'
import type { ModelQuality } from '@waybill/routing/feedback/opinions'
import { heading, oneLine } from '../terminal.ts'
import type { Unreadable } from './gather-money.ts'

/** What a person must know of feedback that is not in the figures, and of records that nobody can read. */
export function feedbackNotes(heard: Heard, unreadable: Unreadable): readonly string[] {
  const { withoutAnswer, unusable, beyond } = heard
  const told = [
    [unreadable.decisions, 'decision records cannot be read; they are left out'],
    [unreadable.costs, 'cost records cannot be read; they are left out, and totals are too low'],
    [unreadable.feedback, 'feedback records cannot be read; they are left out'],
    [unusable, 'feedback records have a score that is not from 0 to 1, or say nothing; they are left out'],
    [withoutAnswer, 'words of feedback are on no request that was answered in this range'],
    [beyond, 'words of feedback are beyond the 500,000 that are kept at once'],
  ] as const
  return told.filter(([count]) => count > 0).map(([count, text]) => `note: ${count.toLocaleString('en-US')} ${text}.`)
}

/** 83.3 % (12), or nothing. */
export function shareOf(interval: Interval | null): string {
  return interval === null ? '' : `${(100 * interval.mean).toFixed(1)} % (${interval.samples})`
}

/** 0.83 (12), or nothing. */
export const scoreOf = (interval: Interval | null): string =>
  interval === null ? '' : `${interval.mean.toFixed(2)} (${interval.samples})`

const mostRows = 12

/** A table for a person; nothing where nobody has said anything. */
export function qualityLines(models: readonly ModelQuality[]): readonly string[] {
  if (models.length === 0) return []
  const rows = models
    .slice(0, mostRows)
    .map(
      ({ model, accepted, score }) =>
        `  ${oneLine(model, 40).padEnd(42)}${shareOf(accepted).padStart(16)}${scoreOf(score).padStart(16)}`,
    )
  const head = `  ${'said of the answers of'.padEnd(42)}${'accepted (n)'.padStart(16)}${'score (n)'.padStart(16)}`
  return ['', heading(head), ...rows]
}
