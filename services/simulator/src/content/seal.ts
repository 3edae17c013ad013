// What vendors sign or encrypt, so that they know it again when a caller sends it back.
import { hash } from 'node:crypto'

const checkLetters = 16

const checkOf = (text: string, signed: string): string =>
  hash('sha256', `${text}\n${signed}`).slice(0, checkLetters).toUpperCase()

/** `text` with letters at its end that fit it and what it is about: any instance of the simulator knows them. */
export const sealed = (text: string, signed = ''): string => `${text}${checkOf(text, signed)}`

export const isSealed = (seal: unknown, signed = ''): boolean =>
  typeof seal === 'string' && seal.length > checkLetters && seal === sealed(seal.slice(0, -checkLetters), signed)
