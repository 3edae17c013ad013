/** Windows of the calendar, in UTC: everyone knows when they end. */
export const budgetWindows = ['hour', 'day', 'month'] as const
export type BudgetWindow = (typeof budgetWindows)[number]

export interface Period {
  readonly startsAt: number
  readonly endsAt: number
}

const lengths = { hour: 3_600_000, day: 86_400_000 } as const

interface Civil {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
}

const daysOf400Years = 146_097

/** The day of the calendar that holds a time. Howard Hinnant, "chrono-compatible low-level date algorithms". */
function civilOf(at: number): Civil {
  const days = Math.floor(at / lengths.day) + 719_468
  const era = Math.floor(days / daysOf400Years)
  const dayOfEra = days - era * daysOf400Years
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  // Years begin in March, so that a leap day is their last.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  return { year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day }
}

/** The window that holds a time, epoch milliseconds. */
export function periodOf(window: BudgetWindow, at: number): Period {
  if (window === 'month') {
    const { year, month } = civilOf(at)
    return { startsAt: Date.UTC(year, month - 1), endsAt: Date.UTC(year, month) }
  }
  const startsAt = Math.floor(at / lengths[window]) * lengths[window]
  return { startsAt, endsAt: startsAt + lengths[window] }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Such as 2026-11-26T13:00Z: windows end with an hour. */
export function hourText(at: number): string {
  const { year, month, day } = civilOf(at)
  const hour = Math.floor((at % lengths.day) / lengths.hour)
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:00Z`
}
