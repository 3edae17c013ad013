import { counted, exactDollars, heading } from '../terminal.ts'
import type { CallArithmetic, Money, Sum } from './arithmetic.ts'
import { arithmeticOf } from './arithmetic.ts'
import type { Evidence } from './evidence.ts'

function sumLines(name: string, sum: Sum): readonly string[] {
  const products = sum.products.map(
    ({ bucket, tokens: count, microUsdPerMillion, picoUsd }) =>
      `      ${bucket.padEnd(13)}${count.toLocaleString('en-US').padStart(9)} × ${exactDollars(microUsdPerMillion * 1e6)} a million = ${exactDollars(picoUsd)}`,
  )
  const agrees = sum.picoUsd === sum.recordedPicoUsd ? '' : `, BUT RECORDED AS ${exactDollars(sum.recordedPicoUsd)}`
  return [`    ${name}: ${exactDollars(sum.picoUsd)}${agrees}   [${sum.price}]`, ...products]
}

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
    ...(cost === null ? [] : sumLines('cost', cost)),
    ...(baseline === null ? [] : sumLines('the same tokens on the baseline', baseline)),
  ]
}

function sums(money: Money): readonly string[] {
  const { paidPicoUsd, unknownCalls, unknownPicoUsd, baselinePicoUsd, baselineModel, savedPicoUsd } = money
  const unknown =
    unknownCalls === 0
      ? ''
      : `, and at most ${exactDollars(unknownPicoUsd)} for ${counted(unknownCalls, 'call')} of unknown outcome`
  const paid = `  Paid: ${exactDollars(paidPicoUsd)}${unknown}`
  if (baselinePicoUsd === null || savedPicoUsd === null) return [paid, '  No baseline: there was no answer to compare.']
  const percent = baselinePicoUsd === 0 ? '' : ` (${((100 * savedPicoUsd) / baselinePicoUsd).toFixed(1)} %)`
  const doubt = unknownCalls === 0 ? '' : ', before what the calls of unknown outcome may have cost'
  return [
    paid,
    `  ${savedPicoUsd < 0 ? 'Overspent' : 'Saved'}: ${exactDollars(baselinePicoUsd)} on ${baselineModel ?? 'the baseline'} (an estimate) − ${exactDollars(paidPicoUsd)} = ${exactDollars(savedPicoUsd)}${percent}${doubt}`,
  ]
}

/** The arithmetic of every call, and what was saved. */
export function costSection(evidence: Evidence): readonly string[] {
  const money = arithmeticOf(evidence.costs)
  const avoided = exactDollars(money.paidPicoUsd)
  if (money.calls.length === 0) return ['', heading('What it cost'), '  No call was recorded for it.']
  const owner = evidence.costs.find(({ tenant, id }) => tenant !== evidence.tenant || id !== evidence.id)
  const shared =
    owner === undefined
      ? []
      : [
          `  Calls of ${owner.tenant}/${owner.id}, which this request shared: it paid nothing, and doing the work again would have cost about ${avoided}.`,
        ]
  return ['', heading('What it cost'), ...shared, ...money.calls.flatMap(callLines), ...sums(money)]
}
