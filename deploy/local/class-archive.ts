import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Java } from './java.ts'
import { tryLock } from './lock-file.ts'
import { processStarted } from './process-identity.ts'
import type { StackProcess } from './supervised.ts'

/**
 * The file for the classes of one program as one Java has loaded them: a start with it takes half the time.
 * Java silently ignores one that was recorded with other jars, so that its name stands for the very folder they are in.
 */
export function classArchive(cache: string, program: string, jars: string, java: Java): string {
  const recorded = [program, jars, statSync(jars).mtimeMs, java.version].join('\n')
  const key = createHash('sha256').update(recorded).digest('hex').slice(0, 16)
  return join(cache, 'class-archives', `${program}-${key}.jsa`)
}

export function archiveFlags(archive: string): readonly string[] {
  return existsSync(archive) ? ['-Xshare:auto', `-XX:SharedArchiveFile=${archive}`] : ['-Xshare:auto']
}

/**
 * Writes the archive, if there is none and nobody else writes it, with a run that does nothing but start and stop:
 * a JVM that records its classes starts three times slower, so that no run with a purpose does it.
 */
export async function writeArchive(
  archive: string,
  start: (flags: readonly string[]) => Promise<StackProcess>,
): Promise<void> {
  if (existsSync(archive)) return
  const folder = join(archive, '..')
  mkdirSync(folder, { recursive: true })
  const release = tryLock(`${archive}.lock`)
  if (release === undefined) return
  const unfinished = `${archive}.${process.pid}`
  try {
    removeAbandoned(folder)
    const run = await start([`-XX:ArchiveClassesAtExit=${unfinished}`])
    if ((await run.stop()) === 'stopped' && existsSync(unfinished)) renameSync(unfinished, archive)
  } finally {
    rmSync(unfinished, { force: true })
    release()
  }
}

function removeAbandoned(folder: string): void {
  for (const file of readdirSync(folder)) {
    const pid = /\.jsa\.(\d+)$/.exec(file)?.[1]
    if (pid !== undefined && processStarted(Number(pid)) === undefined) rmSync(join(folder, file), { force: true })
  }
}
