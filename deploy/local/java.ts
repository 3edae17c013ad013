import { join } from 'node:path'
import { runCommand, runSupervised } from './run-command.ts'
import { StackError } from './stack-error.ts'

export type Java = { readonly command: string; readonly home: string | undefined; readonly version: string }

const oldestJava = 17
const wayOut =
  'or name running servers in KAFKA_BROKERS and SCHEMA_REGISTRY_URL, or use --embedded, which needs neither Kafka nor Java.'

/** The Java that `home` or the search path holds, checked to be new enough for Kafka 4. */
export async function findJava(home: string | undefined): Promise<Java> {
  const command = home === undefined ? 'java' : join(home, 'bin', 'java')
  const { exitCode, output } = await runCommand(command, ['-version'])
  const install = `Install it (Debian: apt-get install openjdk-${oldestJava}-jre-headless maven, macOS: brew install openjdk maven)`
  if (exitCode !== 0) {
    throw new StackError(
      'javaMissing',
      `Java ${oldestJava} or newer is needed and ${command} does not run. ${install}, ${wayOut}`,
    )
  }
  const major = majorVersion(output)
  if (major < oldestJava) {
    throw new StackError(
      'javaTooOld',
      `Java ${oldestJava} or newer is needed and ${command} is Java ${major}. ${install}, ${wayOut}`,
    )
  }
  return { command, home, version: output.trim() }
}

/** The major version in what `java -version` prints: `"17.0.15"` is 17 and `"1.8.0_392"` is 8. */
export function majorVersion(output: string): number {
  const found = /version "(?:1\.)?(\d+)/.exec(output)
  return Number(found?.[1] ?? 0)
}

/** Runs Maven with the Java that was found. It is needed only until its downloads are in the cache. */
export async function runMaven(java: Java, parameters: readonly string[]): Promise<void> {
  const prefix = java.home === undefined ? [] : [`JAVA_HOME=${java.home}`]
  const { exitCode, output } = await runSupervised('env', [...prefix, 'mvn', '-B', '-q', ...parameters])
  if (exitCode === 0) return
  if (exitCode === 127) {
    throw new StackError(
      'mavenMissing',
      `Maven is needed to fetch Kafka and the schema registry, and mvn is not there. Install it (Debian: apt-get install maven, macOS: brew install maven), ${wayOut}`,
    )
  }
  const reason = output.split('\n').find((line) => line.includes('ERROR')) ?? `exit code ${exitCode}`
  throw new StackError('installFailed', `Maven could not fetch what the local stack needs: ${reason.trim()}`)
}
