/** What a vendor takes as a name. */
export interface NameRule {
  /** One character that may stand anywhere. */
  readonly allowed: RegExp
  /** The whole name. */
  readonly whole: RegExp
  readonly maxLength: number
}

/**
 * Names in the vendor's alphabet, by our own. Depends on nothing but the list, so that the reader of the answer
 * finds the same names as the writer of the request. Names that fit keep themselves.
 */
export function renaming(names: Iterable<string>, rule: NameRule): ReadonlyMap<string, string> {
  const distinct = [...new Set(names)]
  const taken = new Set(distinct.filter((name) => rule.whole.test(name)))
  const mapped = new Map<string, string>()
  for (const name of distinct) {
    const fits = rule.whole.test(name)
    const vendorName = fits ? name : free(fitted(name, rule), taken, rule.maxLength)
    taken.add(vendorName)
    mapped.set(name, vendorName)
  }
  return mapped
}

export function inverse(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...names].map(([ours, theirs]) => [theirs, ours]))
}

function fitted(name: string, rule: NameRule): string {
  const letters = Array.from(name.slice(0, rule.maxLength), (letter) =>
    rule.allowed.test(letter) ? letter : '_',
  ).join('')
  return rule.whole.test(letters) ? letters : `n_${letters}`.slice(0, rule.maxLength)
}

function free(name: string, taken: ReadonlySet<string>, maxLength: number): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) {
    const suffix = `_${count}`
    const candidate = `${name.slice(0, maxLength - suffix.length)}${suffix}`
    if (!taken.has(candidate)) return candidate
  }
}
