/** Escapes that mean nothing in a pattern with the u flag, which forbids them; people write them all the same. */
const needless = /\\([^\w\s^$\\.*+?()[\]{}|/-]|[_ ])/gu
const hyphen = /\\-/gu

/** The pattern as the validator can run it: with the u flag. Itself where it is fine as it stands; null where nothing helps. */
export function runnable(pattern: string): string | null {
  if (isPattern(pattern)) return pattern
  const plain = pattern.replaceAll(needless, '$1')
  if (isPattern(plain)) return plain
  const bare = plain.replaceAll(hyphen, String.raw`\x2d`)
  return isPattern(bare) ? bare : null
}

export const compiles = (pattern: string): boolean => runnable(pattern) !== null

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').flags === 'u'
  } catch {
    return false
  }
}
