import { partLabels, partsOf, percent } from '../money/report-page.ts'
import type { Line } from '../money/statement.ts'
import { counted, exactDollars, heading } from '../terminal.ts'
import type { CallArithmetic, Money, Sum } from './arithmetic.ts'
import { arithmeticOf } from './arithmetic.ts'
import type { Evidence } from './evidence.ts'

/** @param otherwise why another amount may be on record */
function sumLines(name: string, sum: Sum, otherwise: string): readonly string[] {
  const products = sum.products.map(
    ({ bucket, tokens: count, microUsdPerMillion, picoUsd }) =>
      `      ${bucket.padEnd(13)}${count.toLocaleString('en-US').padStart(9)} × ${exactDollars(microUsdPerMillion * 1e6)} a million = ${exactDollars(picoUsd)}`,
  )
  const agrees = sum.picoUsd === sum.recordedPicoUsd ? '' : `, ${otherwise} ${exactDollars(sum.recordedPicoUsd)}`
  return [`    ${name}: ${exactDollars(sum.picoUsd)}${agrees}   [${sum.price}]`, ...products]
}

/** A cost record does not name the price of its baseline. */
const atContract = 'at the list; under the contract or the prices of then, recorded as'

function callLines({ attempt, target, kind, upperBoundPicoUsd, cost, baseline }: CallArithmetic): readonly string[] {
  const head = `  attempt ${attempt} at ${target}: ${kind}`
  if (kind === 'unknown') {
    const most = upperBoundPicoUsd === null ? 'no bound is known' : `at most ${exactDollars(upperBoundPicoUsd)}`
    return [`${head}, ${most}`]
  }
  const unknownPrice =
    kind === 'paid' && cost === null ? ['    this build no longer knows the price that was used'] : []
  return [
    head,
    ...unknownPrice,
    ...(cost === null ? [] : sumLines('cost', cost, 'BUT RECORDED AS')),
    ...(baseline === null ? [] : sumLines('the same tokens on the baseline', baseline, atContract)),
  ]
}

const exact = (picoUsd: string): string => exactDollars(Number(picoUsd))

function paidLine({ unknown, spentPicoUsd, unknownAtMostPicoUsd }: Line): string {
  const paid = `  Paid by this request: ${exact(spentPicoUsd)}`
  const calls = counted(unknown, 'call')
  return unknown === 0 ? paid : `${paid}, and at most ${exact(unknownAtMostPicoUsd)} for ${calls} of unknown outcome`
}

function otherwiseLine({ line, baseline }: Money): string {
  const what = [
    ...(baseline === null ? [] : [`its answer on ${baseline}, an estimate`]),
    ...(line.duplicates === 0 ? [] : [`${counted(line.duplicates, 'duplicate')} at what the answer has cost here`]),
    ...(line.withoutBaseline === 0 ? [] : ['an answer without a known baseline as it is']),
  ]
  return `  Otherwise: ${exact(line.wouldHaveCostPicoUsd)}${what.length === 0 ? '' : `: ${what.join('; ')}`}`
}

/** What the whole comes to, and the signed parts that make it. */
function sums(money: Money): readonly string[] {
  const { line, baseline } = money
  const parts = partsOf(line).filter(([, amount]) => amount !== '0')
  if (baseline === null && parts.length === 0) return [paidLine(line), '  No baseline: there was no answer to compare.']
  const word = BigInt(line.savedAtMostPicoUsd) < 0n ? 'Overspent' : 'Saved'
  const share = line.savedPercent === null ? '' : ` (${percent(line.savedPercent)})`
  const before = line.unknown === 0 ? '' : ', before what the calls of unknown outcome may have cost'
  return [
    paidLine(line),
    otherwiseLine(money),
    `  ${word}: ${exact(line.wouldHaveCostPicoUsd)} − ${exact(line.spentPicoUsd)} = ${exact(line.savedAtMostPicoUsd)}${share}${before}, which is`,
    ...parts.map(([name, amount]) => `    ${exact(amount).padStart(16)}  ${partLabels[name]}`),
  ]
}

/** The arithmetic of every call, and what was saved. */
export function costSection(evidence: Evidence): readonly string[] {
  const money = arithmeticOf(evidence)
  if (money.calls.length === 0) return ['', heading('What it cost'), '  No call was recorded for it.']
  const owner = evidence.costs.find(({ tenant, id }) => tenant !== evidence.tenant || id !== evidence.id)
  const shared =
    owner === undefined ? [] : [`  Calls of ${owner.tenant}/${owner.id}, which has paid for them, are among these.`]
  return ['', heading('What it cost'), ...shared, ...money.calls.flatMap(callLines), ...sums(money)]
}
