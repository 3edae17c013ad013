// Proposes changes to the catalogue from LiteLLM's price table, for a person to judge against each vendor's own page:
//   pip download litellm --no-deps -d /tmp/litellm && node deploy/catalogue/propose.ts /tmp/litellm/*.whl
// It changes nothing. The table (MIT, BerriAI) is kept out of the repository; a test compares with the version that
// deploy/local/price-table.ts pins.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nameInWheel } from '../local/price-table.ts'
import { fileOfZip } from './wheel.ts'

type Row = Readonly<Record<string, unknown>>

const root = resolve(import.meta.dirname, '../..')

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
const rowOf = (value: unknown): Row => (isRow(value) ? value : {})

/** The catalogue is read as data: this folder may import nothing of the product. */
async function catalogueTargets(): Promise<readonly Row[]> {
  const path = pathToFileURL(resolve(root, 'packages/routing/src/catalogue/catalogue.ts')).href
  // oxlint-disable-next-line waybill/layers -- the catalogue is this script's input, as the table is
  const loaded: unknown = await import(path)
  const { targets } = rowOf(rowOf(loaded)['catalogue'])
  // Other service tiers follow from these rows by a factor; a test compares their prices.
  return targets instanceof Map ? [...targets.values()].map(rowOf).filter((row) => row['serviceTier'] === null) : []
}

function readTable(path: string): Row {
  const bytes = readFileSync(path)
  const json = path.endsWith('.whl') ? fileOfZip(bytes, nameInWheel) : bytes
  if (json === undefined) throw new Error(`${path} holds no ${nameInWheel}.`)
  return rowOf(JSON.parse(json.toString('utf8')))
}

const microUsdPerMillion = (value: unknown): number | undefined =>
  typeof value === 'number' ? Math.round(value * 1e12) : undefined

/** Our field, theirs, and how theirs is read. */
const fields: readonly (readonly [string, string, 'price' | 'count'])[] = [
  ['input', 'input_cost_per_token', 'price'],
  ['cachedInput', 'cache_read_input_token_cost', 'price'],
  ['cacheWrite', 'cache_creation_input_token_cost', 'price'],
  ['output', 'output_cost_per_token', 'price'],
  ['contextTokens', 'max_input_tokens', 'count'],
  ['maxOutputTokens', 'max_output_tokens', 'count'],
]

function changesOf(target: Row, entry: Row): readonly string[] {
  const prices: unknown = target['prices']
  const price = rowOf(Array.isArray(prices) ? prices.at(-1) : undefined)
  const changes = fields.flatMap(([ours, theirs, kind]) => {
    const proposed = kind === 'price' ? microUsdPerMillion(entry[theirs]) : entry[theirs]
    const known = kind === 'price' ? price[ours] : target[ours]
    return proposed === undefined || proposed === known
      ? []
      : [`  ${ours}: ${JSON.stringify(known)} -> ${JSON.stringify(proposed)}`]
  })
  const retires = entry['deprecation_date']
  const known = target['retiresAt']
  const day = typeof known === 'number' ? new Date(known).toISOString().slice(0, 10) : null
  return typeof retires === 'string' && retires !== day
    ? [...changes, `  retiresAt: ${day ?? 'none'} -> ${retires}`]
    : changes
}

const families: readonly RegExp[] = [
  /^gpt-(?:[6-9]|5\.[4-9])[\w.-]*$/u,
  /^claude-(?:opus|sonnet|haiku)-[5-9]\S*$/u,
  /^gemini\/gemini-(?:[4-9]|3\.[5-9])\S*$/u,
]

/** Models of the current families that the catalogue does not have. */
function newcomers(table: Row, known: ReadonlySet<string>): readonly string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const entry = rowOf(value)
    const isNew = families.some((family) => family.test(name)) && !known.has(name) && entry['mode'] === 'chat'
    const [input, output] = [entry['input_cost_per_token'], entry['output_cost_per_token']].map(microUsdPerMillion)
    return isNew && input !== undefined ? [`  ${name}: input ${input}, output ${output ?? 'unknown'}`] : []
  })
}

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) {
    process.stderr.write('Usage: node deploy/catalogue/propose.ts TABLE.json|LITELLM.whl\n')
    process.exitCode = 2
    return
  }
  const table = readTable(path)
  const targets = await catalogueTargets()
  const lines: string[] = ['Prices are micro-dollars per million tokens. Judge each against the source of the target.']
  const known = new Set<string>()
  for (const target of targets) {
    const [id, model] = [String(target['id']), String(target['model'])]
    const name = target['provider'] === 'gemini' ? id : model
    known.add(name)
    const changes = name in table ? changesOf(target, rowOf(table[name])) : ['  not in the table']
    if (changes.length > 0)
      lines.push(`${id} (checked ${String(target['checkedOn'])}, ${String(target['source'])})`, ...changes)
  }
  lines.push('Not in the catalogue:', ...newcomers(table, known))
  process.stdout.write(`${lines.join('\n')}\n`)
}

await main(process.argv[2])
