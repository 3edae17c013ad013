// Public data that lies beside the repository, never in it. Plain or gzipped.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export const dataFolder = join(import.meta.dirname, '../../../shared/data')

/** Why a replay cannot run: said to a person. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** @throws DataError where there is no such file */
export function textOf(path: string): string {
  if (!existsSync(path)) throw new DataError(`${path} is not there. docs/replay.md tells where the data comes from.`)
  const bytes = readFileSync(path)
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
}

export function linesOf(path: string): readonly string[] {
  return textOf(path)
    .split(/\r?\n/u)
    .filter((line) => line.trim() !== '')
}

/** One line of comma-separated values; a value in quotes may hold commas, and a doubled quote stands for one. */
function cellsOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',')
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
}

/** Rows of a table whose first line names the columns. @throws DataError where a column is missing */
export function rowsOf<Column extends string>(
  path: string,
  columns: readonly Column[],
): readonly Readonly<Record<Column, string>>[] {
  const [first = '', ...lines] = linesOf(path)
  const names = cellsOf(first)
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0) throw new DataError(`${path} lacks the columns ${missing.join(', ')}.`)
  const places = columns.map((column) => [column, names.indexOf(column)] as const)
  return lines.map((line) => {
    const cells = cellsOf(line)
    const row: Partial<Record<Column, string>> = {}
    for (const [column, at] of places) row[column] = cells[at] ?? ''
    return isWhole(row, columns) ? row : fail(path)
  })
}

const isWhole = <Column extends string>(
  row: Partial<Record<Column, string>>,
  columns: readonly Column[],
): row is Record<Column, string> => columns.every((column) => row[column] !== undefined)

function fail(path: string): never {
  throw new DataError(`${path} cannot be read.`)
}
