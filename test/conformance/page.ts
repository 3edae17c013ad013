import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiName } from '@waybill/providers/conformance/given'
import { apiNames, requestWith } from '@waybill/providers/conformance/given'
import type { Situation } from '@waybill/providers/conformance/situation'
import { outcomeOf } from '@waybill/providers/conformance/situation'
import { situations } from '@waybill/providers/conformance/situations'
import { failures } from '@waybill/providers/failure'
import type { Bound } from './wild-schemas.ts'
import { schemaTable } from './wild-schemas.ts'

const path = join(import.meta.dirname, '../../docs/providers.md')

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`)
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

function cellOf(situation: Situation, api: ApiName): string {
  return outcomeOf(situation, api, situation.request ?? requestWith())?.outcome ?? '–'
}

function matrix(): string {
  const head = [row('situation', ...apiNames), row('---', ...apiNames.map(() => '---'))]
  const groups = Object.entries(situations).map(([group, list]) => {
    const rows = list.map((situation) => row(situation.name, ...apiNames.map((api) => cellOf(situation, api))))
    return [`### ${group}`, '', ...head, ...rows].join('\n')
  })
  return groups.join('\n\n')
}

function failureTable(): string {
  const head = [
    row('class', 'another target may do', 'known to be unbilled', 'basis', 'cools down'),
    row(...Array.from({ length: 5 }, () => '---')),
  ]
  const rows = Object.entries(failures).map(([name, { retryable, unbilled, basis, checkedOn, coolDown }]) =>
    row(name, retryable ? 'yes' : 'no', unbilled ? 'yes' : 'no', `${basis}, ${checkedOn}`, coolDown ?? '–'),
  )
  return [...head, ...rows].join('\n')
}

const made = { matrix, failures: failureTable } as const

/**
 * The page as it stands, and as it would be made now: what stands between the marks is ours, the rest is people's.
 * @param bound of the schemas of the wild, which lie beside the repository; null leaves their table as it is
 */
export function pages(bound: Bound | null): { readonly present: string; readonly fresh: string } {
  const present = readFileSync(path, 'utf8')
  const all = bound === null ? made : { ...made, schemas: () => schemaTable(bound) }
  const fresh = Object.entries(all).reduce((page, [name, make]) => {
    const [start, end] = [`<!-- ${name}: made by test/conformance/main.ts --write-docs`, `<!-- /${name} -->`]
    const [from, to] = [page.indexOf('\n', page.indexOf(start)), page.indexOf(end)]
    if (!page.includes(start) || to === -1) throw new Error(`${path} has no place for ${name}`)
    return `${page.slice(0, from)}\n\n${make()}\n\n${page.slice(to)}`
  }, present)
  return { present, fresh }
}

export function writePage(bound: Bound | null): void {
  writeFileSync(path, pages(bound).fresh)
}
