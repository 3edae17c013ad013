import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { displayPath } from './display-path.ts'
import { runMaven } from './java.ts'
import type { Java } from './java.ts'
import { waitForLock } from './lock-file.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'

const kafkaVersion = '4.3.1'
export const apicurioVersion = '3.0.9'

export type Progress = (line: string) => void

/** The folder of the broker's jars, fetched if they are not in the cache. */
export function installKafka(cache: string, java: Java, progress: Progress): Promise<string> {
  const title = `Apache Kafka ${kafkaVersion} (44 MB)`
  return install(cache, `kafka-${kafkaVersion}`, title, progress, async (folder) => {
    const project = join(folder, 'pom.xml')
    copyFileSync(fileURLToPath(new URL('./pom.xml', import.meta.url)), project)
    const goal = 'dependency:copy-dependencies'
    await runMaven(java, ['-f', project, goal, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'])
  })
}

/** The folder of the registry's jar and its libraries, fetched if they are not in the cache. */
export function installApicurio(cache: string, java: Java, progress: Progress): Promise<string> {
  const title = `Apicurio Registry ${apicurioVersion} (109 MB)`
  return install(cache, `apicurio-${apicurioVersion}`, title, progress, async (folder) => {
    const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${apicurioVersion}:tar.gz:all`
    await runMaven(java, ['dependency:copy', artifact, `-DoutputDirectory=${folder}`])
    const archive = join(folder, `apicurio-registry-app-${apicurioVersion}-all.tar.gz`)
    const { exitCode, output } = await runCommand('tar', ['-xzf', archive, '-C', folder])
    if (exitCode !== 0)
      throw new StackError('installFailed', `${displayPath(archive)} could not be unpacked: ${output.trim()}`)
    rmSync(archive)
  })
}

/**
 * Fills a folder of the cache once. The folder appears under its name only when it is whole, so that an install that
 * was killed is done again; of two at the same time the second waits and uses what the first has fetched.
 */
export async function install(
  cache: string,
  name: string,
  title: string,
  progress: Progress,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const release = await waitForLock(join(cache, `${name}.lock`), () =>
    progress(`waiting for another install of ${title}`),
  )
  try {
    if (existsSync(folder)) return folder
    removeUnfinished(cache, name)
    progress(`fetching ${title}, once`)
    const started = performance.now()
    const unfinished = await fillAnew(folder, fill).catch(async (error: unknown) => {
      if (!(error instanceof StackError) || error.code !== 'installFailed') throw error
      // Two runs of Maven that fill one local repository can trip over each other; alone, the second try works.
      return fillAnew(folder, fill)
    })
    renameSync(unfinished, folder)
    progress(`fetched ${title} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
    return folder
  } finally {
    removeUnfinished(cache, name)
    release()
  }
}

// A folder of its own for each try: the Maven of a killed install may still be writing into the last one.
async function fillAnew(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const unfinished = mkdtempSync(`${folder}.unfinished-`)
  await fill(unfinished)
  return unfinished
}

function removeUnfinished(cache: string, name: string): void {
  for (const file of readdirSync(cache)) {
    if (!file.startsWith(`${name}.unfinished-`)) continue
    try {
      rmSync(join(cache, file), { recursive: true, force: true })
    } catch {
      // It is being written at this moment: the next install removes it.
    }
  }
}
