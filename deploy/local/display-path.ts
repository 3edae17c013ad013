import { relative } from 'node:path'

/** As a user would type it: relative where that leads down from the current folder. */
export function displayPath(path: string): string {
  const below = relative('', path)
  return below === '' ? '.' : below.startsWith('..') ? path : below
}
