// `waybill reconcile`: a vendor's usage export beside our ledger.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { costs } from '@waybill/schemas/topics'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { deploymentSettings, partitionsOf, withReading } from '../connection.ts'
import { onlyArgument } from '../options.ts'
import { scan } from '../scan.ts'
import { counted, heading, oneLine } from '../terminal.ts'
import type { Difference } from './comparison.ts'
import { Books, compare } from './comparison.ts'
import { readExport } from './export-rows.ts'
import { MappingError, parseMapping } from './mapping.ts'
import { rangeOf, isWithin } from './range.ts'
import { dollars } from './report-page.ts'

const help = `Usage: npm run waybill -- reconcile EXPORT.csv --mapping FILE [options]

Lays a vendor's usage export beside the costs topic, per day (UTC) and model, and key where the mapping names keys. Calls
of unknown outcome make a range: a bill inside of it is no difference. Exits with 1 where a line is beyond the tolerance.
docs/reconcile has three mappings.

  --mapping FILE    which columns are what
  --tolerance 1     percent of the bill that a line may be off
  --from, --to      only these days: 2026-11-26, or 7d; all that the export and the topic hold unless told
  --json            every line as one JSON object
  --help            this text

Example: npm run waybill -- reconcile costs.csv --mapping docs/reconcile/openai.json --from 2026-11-01 --to 2026-12-01
`

/** What the comparison cannot know, a line each. */
export function doubts(
  lines: readonly Difference[],
  { implausible, repeated, ofNobody }: Books,
  unreadable: number,
): readonly string[] {
  const unbounded = lines.reduce((sum, line) => sum + line.unbounded, 0)
  const told = [
    [implausible, 'with figures that cannot be: left out'],
    [unreadable, 'that cannot be read: left out, and what was booked is too low'],
    [repeated, 'that was there before: counted once'],
    [unbounded, 'of unknown outcome and without a known price: their lines have no upper end, and no bill is too high'],
    [ofNobody, 'of which not even the provider is known: left out, although this bill may have them'],
  ] as const
  return told.filter(([count]) => count > 0).map(([count, text]) => `note: ${counted(count, 'cost record')} ${text}.`)
}

export function reconcilePage(lines: readonly Difference[]): string {
  const off = lines.filter((line) => !line.isWithin)
  const rows = lines.map(({ day, model, ...line }) =>
    [
      line.isWithin ? '  ' : '! ',
      day.padEnd(12),
      oneLine(model, 34).padEnd(36),
      dollars(line.billedPicoUsd).padStart(13),
      dollars(line.bookedPicoUsd).padStart(13),
      (line.bookedAtMostPicoUsd === null ? 'no bound' : dollars(line.bookedAtMostPicoUsd)).padStart(13),
      dollars(line.beyondPicoUsd).padStart(13),
      line.beyondTokens === null ? '' : `${line.beyondTokens}`.padStart(12),
    ].join(''),
  )
  return [
    heading(
      '  day         model                                      billed       booked      at most       beyond  tokens off',
    ),
    ...rows,
    '',
    off.length === 0
      ? `All ${counted(lines.length, 'line')} are within the tolerance.`
      : `${counted(off.length, 'line')} of ${lines.length} beyond the tolerance.`,
  ].join('\n')
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
}

function toleranceOf(text: string): number {
  const percent = Number(text)
  if (text.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new UsageError(`--tolerance "${text}" is no percentage from 0 to 100.`)
  return percent
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      tolerance: { type: 'string', default: '1' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const path = onlyArgument(positionals, 'export')
  if (path === undefined || values.mapping === undefined) throw new UsageError('Name the export, and its --mapping.')
  const tolerance = { percent: toleranceOf(values.tolerance) }
  const range = rangeOf(values.from, values.to, Date.now())
  const mapping = parseMapping(fileText(values.mapping))
  const { billed, rows, leftOut } = readExport(fileText(path), mapping)
  tell(`  ${counted(rows, 'row')} of the export, ${leftOut} left out by the mapping`)
  const books = new Books(mapping)
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const unreadable = await withReading(settings, async (reading) => {
    const count = await partitionsOf(reading, costs, settings)
    return scan(reading, costs, {
      partitions: Array.from({ length: count }, (_, at) => at),
      take: ({ value }) => {
        if (isWithin(range, value.at)) books.add(value)
      },
    })
  })
  const inRange = new Map([...billed].filter(([key]) => isWithin(range, Date.parse(key.slice(0, 10)))))
  const lines = compare(inRange, books.booked, mapping, tolerance)
  if (lines.length === 0) throw new MappingError('There is nothing to compare in this range.')
  const notes = doubts(lines, books, unreadable)
  for (const note of notes) tell(`  ${note}`)
  say(values.json ? JSON.stringify({ lines, notes, tolerancePercent: tolerance.percent }) : reconcilePage(lines))
  return lines.every((line) => line.isWithin) ? 0 : 1
}

export const reconcile: Command = { name: 'reconcile', summary: "lay a vendor's bill beside the ledger", help, run }
