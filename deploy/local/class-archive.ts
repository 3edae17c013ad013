import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Java } from './java.ts'
import { processStarted } from './process-identity.ts'

/** Loaded classes as the JVM keeps them in a file: a start with it takes half the time. */
export type ClassArchive = {
  /** Uses the archive, or writes it at the end of the run if there is none for this Java yet. */
  flags(): readonly string[]
  /** Takes what a run in good order has written. */
  keep(): void
}

export function classArchive(cache: string, name: string, java: Java): ClassArchive {
  const folder = join(cache, 'class-archives')
  mkdirSync(folder, { recursive: true })
  removeAbandoned(folder)
  const key = createHash('sha256').update(`${name}\n${java.version}`).digest('hex').slice(0, 16)
  const archive = join(folder, `${name}-${key}.jsa`)
  const written = `${archive}.${process.pid}`
  return {
    flags: () => [existsSync(archive) ? `-XX:SharedArchiveFile=${archive}` : `-XX:ArchiveClassesAtExit=${written}`],
    keep() {
      if (existsSync(written)) renameSync(written, archive)
    },
  }
}

function removeAbandoned(folder: string): void {
  for (const file of readdirSync(folder)) {
    const pid = /\.jsa\.(\d+)$/.exec(file)?.[1]
    if (pid !== undefined && processStarted(Number(pid)) === undefined) rmSync(join(folder, file), { force: true })
  }
}
