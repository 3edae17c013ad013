import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { apicurioVersion } from './install.ts'
import type { Java } from './java.ts'
import { startSupervised } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type RegistryOptions = {
  readonly java: Java
  /** Where the registry is installed. */
  readonly program: string
  /** Data and log of this registry. */
  readonly folder: string
  readonly pidFile: string
  readonly port: number
  /** Further flags of the JVM, asked at each start. */
  readonly flags: () => readonly string[]
  readonly background?: AbortSignal
}

/** Where the registry speaks Confluent's API. */
export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`
}

export function startRegistry(options: RegistryOptions): Promise<StackProcess> {
  const data = join(options.folder, 'data')
  mkdirSync(data, { recursive: true })
  return startSupervised({
    name: 'The schema registry',
    command: options.java.command,
    parameters: () => [
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      ...options.flags(),
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${options.port}`,
      // The default keeps ids in memory, and with a write delay a kill -9 gives an id out twice: stored records would
      // then name the wrong schema.
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(data, 'registry')};WRITE_DELAY=0`,
      '-jar',
      join(options.program, `apicurio-registry-app-${apicurioVersion}-runner.jar`),
    ],
    logFile: join(options.folder, 'registry.log'),
    pidFile: options.pidFile,
    isReady: () => answers(options.port),
    background: options.background,
  })
}

async function answers(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`${registryUrl(port)}/subjects`, { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}
