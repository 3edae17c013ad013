import type { BudgetWindow } from '../budget/window.ts'
import { budgetWindows } from '../budget/window.ts'
import type { Budget } from './policy.ts'
import type { Place } from './reading.ts'
import { complain, expectMembers, member, readNumber } from './reading.ts'

/** Nine million dollars: what fits a record's exact integer. */
const range = { least: 1, most: 9e12, whole: true, hint: 'in millionths of a US dollar: 50000000 is 50 dollars' }

/** A tenant's budgets take the place of everyone's, all of them. */
export function readBudgets(place: Place, fallback: readonly Budget[]): readonly Budget[] {
  if (place.value === undefined) return fallback
  expectMembers(place, budgetWindows)
  return budgetWindows.flatMap((window) => {
    const each = member(place, window)
    return each.value === undefined || each.value === null ? [] : readBudget(each, window)
  })
}

function readBudget(place: Place, window: BudgetWindow): Budget {
  expectMembers(place, ['softMicroUsd', 'hardMicroUsd'])
  const [soft, hard] = [member(place, 'softMicroUsd'), member(place, 'hardMicroUsd')]
  const softMicroUsd = readNumber(soft, range, null)
  const hardMicroUsd = readNumber(hard, range, null)
  if ((soft.value ?? null) === null && (hard.value ?? null) === null)
    complain(place, 'there is no limit', 'name softMicroUsd, hardMicroUsd or both')
  if (softMicroUsd !== null && hardMicroUsd !== null && softMicroUsd > hardMicroUsd)
    complain(place, 'the soft limit is above the hard one', 'a soft limit warns before the hard one rejects')
  return { window, softMicroUsd, hardMicroUsd }
}
