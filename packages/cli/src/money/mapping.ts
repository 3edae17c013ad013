// What the columns of a vendor's export mean: a small JSON file, read and checked.

/** Where a text is found: a column, and of it what the first group of a pattern matches. */
export interface Field {
  readonly column: string
  readonly pattern?: RegExp
}

export interface Mapping {
  readonly provider: string
  readonly day: Field & { readonly format: 'iso' | 'epochSeconds' }
  readonly model: Field
  /** The vendor's names of models to ours; a name that is not there is taken as it is. */
  readonly models: ReadonlyMap<string, string>
  /**
   * Which key a row is of, and our accounts by the vendor's names of their keys: rows of other keys, and our calls
   * through other accounts, are left out. null: all rows and all accounts are one.
   */
  readonly account: (Field & { readonly names: ReadonlyMap<string, string> }) | null
  readonly cost: (Field & { readonly unit: Unit }) | null
  /** Rows of any other currency cannot be compared. */
  readonly currency: (Field & { readonly is: string }) | null
  readonly requests: Field | null
  readonly inputTokens: readonly Field[]
  readonly outputTokens: readonly Field[]
  /** Only these rows are ours. */
  readonly where: readonly (Field & { readonly is: string })[]
}

const units = ['usd', 'cents', 'microUsd'] as const
export type Unit = (typeof units)[number]

/** A mapping that cannot be used, with all that is wrong. */
export class MappingError extends Error {
  override readonly name = 'MappingError'
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

class Reading {
  readonly problems: string[] = []

  complain(path: string, problem: string): void {
    this.problems.push(`${path}: ${problem}`)
  }

  text(path: string, value: unknown): string {
    if (typeof value === 'string' && value !== '') return value
    this.complain(path, 'must be a text')
    return ''
  }

  choice<Name extends string>(path: string, value: unknown, names: readonly Name[], fallback: Name): Name {
    const found = value === undefined ? fallback : names.find((name) => name === value)
    if (found === undefined) this.complain(path, `must be one of ${names.join(', ')}`)
    return found ?? fallback
  }

  field(path: string, value: unknown): Field {
    if (!isObject(value)) {
      this.complain(path, 'must be an object such as {"column": "model"}')
      return { column: '' }
    }
    const column = this.text(`${path}.column`, value['column'])
    if (value['pattern'] === undefined) return { column }
    try {
      return { column, pattern: new RegExp(this.text(`${path}.pattern`, value['pattern']), 'u') }
    } catch {
      this.complain(`${path}.pattern`, 'is no regular expression')
      return { column }
    }
  }

  optional(path: string, value: unknown): Field | null {
    return value === undefined ? null : this.field(path, value)
  }

  /** The vendor's names to ours. */
  names(path: string, value: unknown): ReadonlyMap<string, string> {
    const entries = Object.entries(isObject(value) ? value : {})
    return new Map(entries.map(([name, ours]) => [name, this.text(`${path}.${name}`, ours)]))
  }

  fields(path: string, value: unknown): readonly Field[] {
    return value === undefined ? [] : [value].flat().map((each, at) => this.field(`${path}[${at}]`, each))
  }
}

const members = [
  'provider',
  'day',
  'model',
  'models',
  'account',
  'cost',
  'currency',
  'requests',
  'inputTokens',
  'outputTokens',
  'where',
  'note',
]

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)

function accountOf(value: unknown, reading: Reading): Mapping['account'] {
  const names = reading.names('account.names', memberOf(value, 'names'))
  if (names.size === 0) reading.complain('account.names', 'name at least one key, such as {"key-1": "default"}')
  return { ...reading.field('account', value), names }
}

function read(top: Json, reading: Reading): Mapping {
  const { day, cost, currency, where, models, account } = top
  for (const name of Object.keys(top)) if (!members.includes(name)) reading.complain(name, 'is not a setting')
  if (cost === undefined && top['inputTokens'] === undefined)
    reading.complain('cost', 'name the column of the cost, or those of tokens: there is nothing to compare')
  const isField = (path: string, value: unknown): Field & { readonly is: string } => ({
    ...reading.field(path, value),
    is: reading.text(`${path}.is`, memberOf(value, 'is')),
  })
  return {
    provider: reading.text('provider', top['provider']),
    day: {
      ...reading.field('day', day),
      format: reading.choice('day.format', memberOf(day, 'format'), ['iso', 'epochSeconds'], 'iso'),
    },
    model: reading.field('model', top['model']),
    models: reading.names('models', models),
    account: account === undefined ? null : accountOf(account, reading),
    cost:
      cost === undefined
        ? null
        : {
            ...reading.field('cost', cost),
            unit: reading.choice('cost.unit', memberOf(cost, 'unit'), units, 'usd'),
          },
    currency: currency === undefined ? null : isField('currency', currency),
    requests: reading.optional('requests', top['requests']),
    inputTokens: reading.fields('inputTokens', top['inputTokens']),
    outputTokens: reading.fields('outputTokens', top['outputTokens']),
    where: where === undefined ? [] : [where].flat().map((each, at) => isField(`where[${at}]`, each)),
  }
}

/** @throws MappingError with every problem and its path */
export function parseMapping(text: string): Mapping {
  let value: unknown = undefined
  try {
    value = JSON.parse(text)
  } catch {
    throw new MappingError('The mapping is no JSON.')
  }
  if (!isObject(value)) throw new MappingError('The mapping must be a JSON object: see docs/reconcile.')
  const reading = new Reading()
  const mapping = read(value, reading)
  if (reading.problems.length > 0) throw new MappingError(reading.problems.join('\n'))
  return mapping
}
