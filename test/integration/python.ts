// A Python with what the examples need, in our cache.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { stateFolder } from '@waybill/cli/platform/platform'
import { install } from '@waybill/deploy/install'
import { runCommand } from '@waybill/deploy/run-command'

const packages = ['fastavro==1.13.1', 'confluent-kafka==2.16.1', 'duckdb==2.0.1']

/** undefined where there is no Python with pip: `progress` hears why. */
export async function findPython(progress: (line: string) => void): Promise<string | undefined> {
  const hash = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)
  const fill = async (folder: string): Promise<void> => {
    const made = await runCommand('python3', ['-m', 'venv', folder])
    const order = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
    const filled = made.exitCode === 0 ? await runCommand(join(folder, 'bin', 'python'), order) : made
    if (filled.exitCode !== 0) throw new Error(filled.output.trim() || 'there is no python3')
  }
  try {
    const cache = join(stateFolder, 'cache')
    return join(await install(cache, `python-${hash}`, packages.join(' and '), progress, fill), 'bin', 'python')
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
