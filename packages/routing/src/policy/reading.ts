// Reads plain data field by field. What is wrong is collected with its place, and reading goes on with a fallback, so
// that a person sees every problem of a file at once.

export interface Problem {
  /** Where, for example tenants.acme.constraints.regions[0]. */
  readonly path: string
  readonly problem: string
  readonly hint: string
}

/** A value, where it stands, and where its problems go. */
export interface Place {
  readonly value: unknown
  readonly path: string
  readonly problems: Problem[]
}

export function complain(place: Place, problem: string, hint: string): void {
  place.problems.push({ path: place.path === '' ? '(top)' : place.path, problem, hint })
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isAbsent = (place: Place): boolean => place.value === undefined || place.value === null

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isMapping(value)) return 'a mapping'
  if (value === null || value === undefined) return 'nothing'
  return JSON.stringify(value)
}

/** A member of a mapping; of anything else, nothing. */
export function member(place: Place, key: string): Place {
  const path = place.path === '' ? key : `${place.path}.${key}`
  const value = isMapping(place.value) && Object.hasOwn(place.value, key) ? place.value[key] : undefined
  return { value, path, problems: place.problems }
}

/** Complains of every member that is not known, and of a place that is no mapping. */
export function expectMembers(place: Place, known: readonly string[]): void {
  if (isAbsent(place)) return
  if (!isMapping(place.value)) {
    complain(place, `expected a mapping, found ${nameOf(place.value)}`, `write it as ${known[0] ?? 'name'}: …`)
    return
  }
  for (const key of Object.keys(place.value))
    if (!known.includes(key)) complain(member(place, key), 'is not a known setting', hintOf(key, known))
}

/** Whoever names another currency must change the amount too, not the name of the setting alone. */
const hintOf = (key: string, known: readonly string[]): string =>
  /[Cc]urrency|(?:Eur|Gbp|Jpy|Chf|Cny|Inr|Aud|Cad)s?$/u.test(key)
    ? 'amounts are in millionths of a US dollar, there is no other currency: change the amount, too'
    : suggestion(key, known)

export function readText(place: Place, fallback: string | null, example: string): string {
  if (typeof place.value === 'string' && place.value !== '') return place.value
  if (isAbsent(place) && fallback !== null) return fallback
  complain(place, `expected text, found ${nameOf(place.value)}`, `for example ${example}`)
  return fallback ?? ''
}

export function readFlag(place: Place, fallback: boolean): boolean {
  if (typeof place.value === 'boolean') return place.value
  if (!isAbsent(place)) complain(place, `expected true or false, found ${nameOf(place.value)}`, 'write true or false')
  return fallback
}

export interface Range {
  readonly least: number
  readonly most: number
  readonly whole: boolean
  readonly hint: string
}

export function readNumber<Fallback extends number | null>(
  place: Place,
  range: Range,
  fallback: Fallback,
): number | Fallback {
  const { value } = place
  if (isAbsent(place)) return fallback
  const fits =
    typeof value === 'number' &&
    value >= range.least &&
    value <= range.most &&
    (!range.whole || Number.isInteger(value))
  if (fits) return value
  const kind = range.whole ? 'a whole number' : 'a number'
  complain(place, `expected ${kind} from ${range.least} to ${range.most}, found ${nameOf(value)}`, range.hint)
  return fallback
}

export function readChoice<Choice extends string>(place: Place, choices: readonly Choice[], fallback: Choice): Choice {
  const choice = choices.find((each) => each === place.value)
  if (choice !== undefined) return choice
  if (!isAbsent(place)) complain(place, `${nameOf(place.value)} is not one of the choices`, choices.join(' or '))
  return fallback
}

/** Items of a list, each by its own reader. */
export function readList<Item>(
  place: Place,
  fallback: readonly Item[],
  readItem: (item: Place) => Item,
): readonly Item[] {
  if (isAbsent(place)) return fallback
  if (Array.isArray(place.value))
    return place.value.map((value: unknown, at) =>
      readItem({ value, path: `${place.path}[${at}]`, problems: place.problems }),
    )
  complain(place, `expected a list, found ${nameOf(place.value)}`, 'write [first, second]')
  return fallback
}

/** Values of a mapping with names of the file's own. */
export function readMapping<Value>(
  place: Place,
  fallback: ReadonlyMap<string, Value>,
  readValue: (value: Place) => Value,
): ReadonlyMap<string, Value> {
  if (isAbsent(place)) return fallback
  if (isMapping(place.value))
    return new Map(Object.keys(place.value).map((key) => [key, readValue(member(place, key))]))
  complain(place, `expected a mapping, found ${nameOf(place.value)}`, 'write name: value')
  return fallback
}

/** What somebody may have meant who wrote this name. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return known
    .map((each) => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.max(2, each.length / 3))
    .toSorted((one, other) => one.distance - other.distance)[0]?.each
}

/** The nearest of the known names, or all of them. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near !== undefined) return `did you mean ${near}?`
  return known.length === 0 ? 'there are none to choose from' : `known are ${known.join(', ')}`
}

/** Levenshtein's distance. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
