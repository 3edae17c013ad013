// Strings for a schema: by format, by pattern, by length, and else something that fits the name.
import type { JsonObject } from '../json.ts'
import { numberAt, stringAt } from '../json.ts'
import type { Random } from '../random.ts'
import { between, letters, pick } from '../random.ts'
import { matching } from './pattern.ts'
import { sentence, word } from './prose.ts'

/** No honest schema asks for more, and a dishonest one does not get it. */
const longest = 10_000

const two = (value: number): string => String(value).padStart(2, '0')
const date = (random: Random): string =>
  `${between(random, 2015, 2026)}-${two(between(random, 1, 12))}-${two(between(random, 1, 28))}`
const time = (random: Random): string =>
  `${two(between(random, 0, 23))}:${two(between(random, 0, 59))}:${two(between(random, 0, 59))}Z`
const host = (random: Random): string => `${word(random)}.example.com`
const hex = (random: Random, count: number): string => letters(random, count, '0123456789abcdef')

const formats: Readonly<Record<string, (random: Random) => string>> = {
  'date-time': (random) => `${date(random)}T${time(random)}`,
  date,
  time,
  duration: (random) => `P${between(random, 1, 9)}DT${between(random, 1, 23)}H`,
  email: (random) => `${word(random)}.${word(random)}@${host(random)}`,
  'idn-email': (random) => `${word(random)}@${host(random)}`,
  hostname: host,
  'idn-hostname': host,
  ipv4: (random) => `192.0.2.${between(random, 1, 254)}`,
  ipv6: (random) => `2001:db8::${hex(random, 4)}`,
  uri: (random) => `https://${host(random)}/${word(random)}`,
  'uri-reference': (random) => `/${word(random)}/${word(random)}`,
  'uri-template': (random) => `https://${host(random)}/{id}`,
  iri: (random) => `https://${host(random)}/${word(random)}`,
  'iri-reference': (random) => `/${word(random)}`,
  url: (random) => `https://${host(random)}/${word(random)}`,
  uuid: (random) => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
  'json-pointer': (random) => `/${word(random)}`,
  'relative-json-pointer': () => '1/0',
  regex: () => '^[a-z]+$',
  byte: (random) => Buffer.from(word(random)).toString('base64'),
  color: (random) => `#${hex(random, 6)}`,
}

const named: readonly (readonly [RegExp, readonly string[]])[] = [
  [/city|town|location|place/iu, ['Paris', 'Lisbon', 'Nairobi', 'Osaka', 'Lima']],
  [/country/iu, ['France', 'Portugal', 'Kenya', 'Japan', 'Peru']],
  [/currency/iu, ['EUR', 'USD', 'JPY']],
  [
    /(?:first|last|full|user|customer|person)_?name|^name$|author|owner/iu,
    ['Ada Lovelace', 'Grace Hopper', 'Alan Turing'],
  ],
  [/date|day/iu, ['2026-03-14', '2026-10-02']],
  [/e?mail/iu, ['ada@example.com', 'grace@example.com']],
  [/url|link|website/iu, ['https://example.com/a', 'https://example.com/b']],
  [/(?:^|_)id$|number|code|sku/iu, ['A-1042', 'B-2077', 'C-3310']],
]

export function textValue(schema: JsonObject, name: string, random: Random): string {
  const least = Math.min(Math.max(0, Math.ceil(numberAt(schema, 'minLength') ?? 0)), longest)
  const most = Math.max(least, Math.min(numberAt(schema, 'maxLength') ?? longest, longest))
  const pattern = stringAt(schema, 'pattern')
  const matched = pattern === null ? null : matching(pattern, random, least, most)
  if (matched !== null) return matched
  const format = formats[stringAt(schema, 'format') ?? '']
  return sized(format === undefined ? plain(schema, name, random) : format(random), least, most, random)
}

function plain(schema: JsonObject, name: string, random: Random): string {
  const fitting = named.find(([names]) => names.test(name))?.[1]
  const long = /description|summary|text|content|reason|body|comment|message|answer/iu.test(name)
  if (fitting !== undefined) return pick(random, fitting) ?? name
  return long && schema['maxLength'] === undefined ? sentence(random) : `${word(random)} ${word(random)}`
}

function sized(text: string, least: number, most: number, random: Random): string {
  let long = text
  while (long.length < least) long += ` ${word(random)}`
  return long.length <= most ? long : long.slice(0, Math.max(least, most))
}
