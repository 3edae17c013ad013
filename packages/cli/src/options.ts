// What several commands read from their command line in the same way.
import { UsageError } from './command.ts'

/** @throws UsageError */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
    throw new UsageError(`--${name} "${text}" is no whole number of at least ${least}.`)
  return value
}

/** The one argument that a command takes, or undefined. @throws UsageError where there are more */
export function onlyArgument(positionals: readonly string[], what: string): string | undefined {
  const [first, second] = positionals
  if (second !== undefined) throw new UsageError(`"${second}" is one argument too many: give one ${what}.`)
  return first
}
