const exact = new Set([
  'content-type',
  'date',
  'request-id',
  'x-request-id',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
])
const prefixes = ['x-ratelimit-', 'anthropic-ratelimit-']
const mostCharacters = 256
const mostHeaders = 64

/** The response headers that say something about limits or name the call. Names are lower-case. */
export function selectHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const selected = Object.entries(headers).filter(
    ([name, value]) =>
      value.length <= mostCharacters && (exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix))),
  )
  return Object.fromEntries(selected.slice(0, mostHeaders))
}
