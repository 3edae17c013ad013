import { parse, reads } from './avro-type.ts'

/** Whether either schema reads what the other wrote. */
export function isFullyCompatible(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)]
  return reads(a, b) && reads(b, a)
}
