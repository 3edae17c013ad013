import type { SizeClass } from '../catalogue/target.ts'

/** The most output tokens of each class, smallest first. */
const classes: readonly (readonly [SizeClass, number])[] = [
  ['tiny', 64],
  ['short', 256],
  ['medium', 1_024],
  ['long', 4_096],
]

export const sizeClasses: readonly SizeClass[] = [...classes.map(([name]) => name), 'huge']

/**
 * The class of an output. Statistics use the expected length, as decisions do: a failed call has no other, and a cell
 * then holds what became of the requests that a decision would compare with it.
 */
export function sizeClassOf(outputTokens: number): SizeClass {
  return classes.find(([, most]) => outputTokens <= most)?.[0] ?? 'huge'
}
