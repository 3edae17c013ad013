// Reads a vendor's usage export into sums per day and model.
import type { Field, Mapping, Unit } from './mapping.ts'
import { MappingError } from './mapping.ts'

/** What the vendor says of a model on a day. */
export interface Billed {
  costPicoUsd: bigint
  requests: number
  inputTokens: number
  outputTokens: number
}

export interface ExportRead {
  /** By `day model`. */
  readonly billed: ReadonlyMap<string, Billed>
  readonly rows: number
  /** Rows that a `where` or the currency leaves out. */
  readonly leftOut: number
}

/** Fields of a table in RFC 4180's form: a value in quotes may hold commas, quotes and line ends. */
export function tableOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/guy
  for (let match = cells.exec(text); match !== null; match = cells.exec(text)) {
    const [, quoted, plain = '', end = ''] = match
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '') break
    if (end !== ',') rows.push([])
  }
  if (cells.lastIndex < text.length)
    throw new MappingError('The export is no CSV: a quote is not closed, or stands inside a value.')
  return rows.filter((row) => row.some((cell) => cell !== ''))
}

/** Digits after the point that make a pico-dollar. */
const decimals: Readonly<Record<Unit, number>> = { usd: 12, cents: 10, microUsd: 6 }

/** An exact amount; what is finer than a pico-dollar is cut off. */
export function picoUsdOf(text: string, unit: Unit): bigint | null {
  const [, sign = '', whole = '', fraction = ''] = /^\s*\$?(-?)(\d[\d,]*|)(?:\.(\d*))?\s*$/u.exec(text) ?? []
  if (whole === '' && fraction === '') return null
  const digits = decimals[unit]
  const amount = BigInt(whole.replaceAll(',', '') + fraction.slice(0, digits).padEnd(digits, '0'))
  return sign === '-' ? -amount : amount
}

type Cells = ReadonlyMap<string, string>

function textOf(cells: Cells, { column, pattern }: Field): string {
  const text = cells.get(column) ?? ''
  return pattern === undefined ? text : (pattern.exec(text)?.[1] ?? '')
}

function countOf(cells: Cells, fields: readonly Field[], row: number): number {
  return fields.reduce((sum, field) => {
    const text = textOf(cells, field)
    const count = Number(text.replaceAll(',', ''))
    if (!Number.isSafeInteger(count) || count < 0)
      throw new MappingError(`Row ${row}: "${text}" in ${field.column} is no count.`)
    return sum + count
  }, 0)
}

function dayOf(cells: Cells, { day }: Mapping, row: number): string {
  const text = textOf(cells, day)
  const at = day.format === 'epochSeconds' ? Number(text) * 1_000 : Date.parse(text)
  if (text === '' || !Number.isFinite(at)) throw new MappingError(`Row ${row}: "${text}" in ${day.column} is no day.`)
  return new Date(at).toISOString().slice(0, 10)
}

function costOf(cells: Cells, { cost }: Mapping, row: number): bigint {
  if (cost === null) return 0n
  const amount = picoUsdOf(textOf(cells, cost), cost.unit)
  if (amount === null) throw new MappingError(`Row ${row}: "${textOf(cells, cost)}" in ${cost.column} is no amount.`)
  return amount
}

function requireColumns(names: readonly string[], mapping: Mapping): void {
  const { day, model, account, cost, currency, requests, inputTokens, outputTokens, where } = mapping
  const fields = [day, model, account, cost, currency, requests, ...inputTokens, ...outputTokens, ...where]
  const missing = fields.flatMap((field) => (field === null || names.includes(field.column) ? [] : [field.column]))
  if (missing.length > 0)
    throw new MappingError(`The export has no column ${missing.join(', ')}. It has: ${names.join(', ')}.`)
}

/** null where accounts are not told apart; undefined for a row of a key that is none of ours. */
const accountOf = (cells: Cells, { account }: Mapping): string | null | undefined =>
  account === null ? null : account.names.get(textOf(cells, account))

/** What one line of a comparison is about: 2026-11-24 gpt-6-luna, and @account where it is not the usual one. */
export const lineKey = (day: string, model: string, account: string | null): string =>
  `${day} ${model}${account === null || account === 'default' ? '' : `@${account}`}`

/** @throws MappingError that names the row, or the columns that are missing */
export function readExport(text: string, mapping: Mapping): ExportRead {
  const [names = [], ...rows] = tableOf(text.replace(/^\uFEFF/u, ''))
  requireColumns(names, mapping)
  const { where, currency, model, models, requests, inputTokens, outputTokens } = mapping
  const billed = new Map<string, Billed>()
  let leftOut = 0
  for (const [at, values] of rows.entries()) {
    const row = at + 2
    const cells = new Map(names.map((name, place) => [name, values[place] ?? '']))
    const account = accountOf(cells, mapping)
    if (account === undefined || where.some((field) => textOf(cells, field) !== field.is)) {
      leftOut += 1
      continue
    }
    if (currency !== null && textOf(cells, currency) !== currency.is)
      throw new MappingError(
        `Row ${row}: the currency is "${textOf(cells, currency)}", and the ledger is in US dollars.`,
      )
    const named = textOf(cells, model)
    const key = lineKey(dayOf(cells, mapping, row), models.get(named) ?? named, account)
    const sums = billed.get(key) ?? { costPicoUsd: 0n, requests: 0, inputTokens: 0, outputTokens: 0 }
    sums.costPicoUsd += costOf(cells, mapping, row)
    sums.requests += requests === null ? 0 : countOf(cells, [requests], row)
    sums.inputTokens += countOf(cells, inputTokens, row)
    sums.outputTokens += countOf(cells, outputTokens, row)
    billed.set(key, sums)
  }
  return { billed, rows: rows.length, leftOut }
}
