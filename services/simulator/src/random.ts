// Randomness that a seed decides: the same request to the same simulator gets the same answer.
import { hash } from 'node:crypto'

/** The next number in [0, 1). */
export type Random = () => number

/** A seed for all that is drawn for one request. */
export const seedOf = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce<string>((seed, part) => hash('sha256', Buffer.concat([Buffer.from(seed), Buffer.from(part)])), '')

/** One stream of numbers for each purpose, so that a draw more for one purpose does not move the others. */
export function randomOf(seed: string, purpose: string): Random {
  let [a, b, c, d] = mixed(`${seed}/${purpose}`)
  // sfc32: small, quick, and passes PractRand.
  return () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
}

/** cyrb128: four well-mixed words of a string. */
function mixed(text: string): [number, number, number, number] {
  let [one, two, three, four] = [1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    one = two ^ Math.imul(one ^ code, 597_399_067)
    two = three ^ Math.imul(two ^ code, 2_869_860_233)
    three = four ^ Math.imul(three ^ code, 951_274_213)
    four = one ^ Math.imul(four ^ code, 2_716_044_179)
  }
  return [one, two, three, four]
}

export const chance = (random: Random, probability: number): boolean => random() < probability

/** A whole number from `low` to `high`, both included. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (Math.max(high, low) - low + 1))

export function pick<Value>(random: Random, from: readonly Value[]): Value | undefined {
  return from[Math.floor(random() * from.length)]
}

/** A log-normal draw: half of all are below the median, a few far above it. */
export function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(sigma * normal)
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789'

/** Letters and digits for an id. */
export function letters(random: Random, count: number, from: string = alphabet): string {
  let text = ''
  for (let index = 0; index < count; index++) text += from.charAt(Math.floor(random() * from.length))
  return text
}
