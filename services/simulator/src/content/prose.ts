// Sentences that say nothing, of any length.
import type { Random } from '../random.ts'
import { between, chance, pick } from '../random.ts'

const words =
  `the answer request order invoice customer summary report team result value plan check update change review note
first second next final total average recent likely clear short careful simple useful open early local regional daily
shows means includes needs keeps covers explains follows depends suggests confirms adds leaves moves matches
with from after before because while until between within without about over under near and then so that when
account address amount balance city contract country date delivery department document email location market model
number office option payment period person policy price process product project question rate reason record region
schedule section service source stage step subject support system table task time title trend unit user week year`
    .trim()
    .split(/\s+/u)

export const word = (random: Random): string => pick(random, words) ?? 'word'

/** About so many tokens of text, in sentences and now and then a new paragraph. */
export function prose(random: Random, tokens: number): string {
  const wanted = Math.max(1, Math.round(tokens * 4))
  let text = ''
  while (text.length < wanted) {
    const gap = text === '' ? '' : chance(random, 0.12) ? '\n\n' : ' '
    text += gap + sentence(random)
  }
  return closed(text.slice(0, wanted))
}

export function sentence(random: Random): string {
  const said: string[] = []
  const count = between(random, 5, 14)
  for (let index = 0; index < count; index++) said.push(word(random))
  const text = said.join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function closed(text: string): string {
  const trimmed = text.trimEnd()
  return /[.!?]$/u.test(trimmed) ? trimmed : `${trimmed.slice(0, Math.max(1, trimmed.length - 1)).trimEnd()}.`
}
