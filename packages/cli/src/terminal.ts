// What stands in records is written by callers and models: it must not be able to command a terminal.
import { stripVTControlCharacters, styleText } from 'node:util'

/** Text without control sequences; lines and tabs stay. */
export const harmless = (text: string): string => stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]/gu, '')

/** One line of at most so many characters. */
export function oneLine(text: string, most: number): string {
  const line = harmless(text).replaceAll(/\s+/gu, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`
}

const digits = 12

/**
 * An exact amount in dollars: every digit of the pico-dollars that is not a trailing zero, and at least cents.
 * @param picoUsd a safe integer of 10^-12 dollars
 */
export function exactDollars(picoUsd: number): string {
  const sign = picoUsd < 0 ? '-' : ''
  const text = String(Math.abs(picoUsd)).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/u, '').padEnd(2, '0')
  return `${sign}$${text.slice(0, -digits)}.${fraction}`
}

/** 1 call, 2 calls. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`

/** 12 ms, 3.4 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`
  if (Math.abs(ms) < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const [unit, part, size, names] =
    Math.abs(ms) < 3_600_000
      ? ([60_000, 1_000, 60, ['min', 's']] as const)
      : ([3_600_000, 60_000, 60, ['h', 'min']] as const)
  const parts = Math.round(ms / part)
  const [whole, rest] = [Math.trunc((parts * part) / unit), Math.abs(parts % size)]
  return `${whole} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`
}

export const clockTime = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')

/** Without colours where standard output is no terminal. */
export const heading = (text: string): string => styleText('bold', text, { stream: process.stdout })
