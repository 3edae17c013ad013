import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { SettingsError } from './config.ts'
import type { Logger } from './observability/logger.ts'

/**
 * Reads a policy file now and whenever it changes. A new file that cannot be used changes nothing, and is told of.
 * @param take throws where the text is no policy
 * @returns what ends it
 * @throws SettingsError where the first file cannot be used
 */
export function watchPolicy(
  path: string,
  logger: Logger,
  take: (text: string) => void,
  intervalMs = 2_000,
): () => void {
  const read = (): void => {
    take(readFileSync(path, 'utf8'))
  }
  try {
    read()
  } catch (error) {
    throw new SettingsError([{ name: 'WAYBILL_POLICY', problem: `the policy cannot be used: ${String(error)}` }])
  }
  const changed = (): void => {
    try {
      read()
      logger.info({ code: 'policy_loaded' }, 'The policy file has changed and is in force.')
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'it cannot be read'
      logger.error(
        { code: 'policy_kept', problem },
        'The new policy file cannot be used: the old policy stays in force.',
      )
    }
  }
  watchFile(path, { interval: intervalMs, persistent: false }, changed)
  return () => {
    unwatchFile(path, changed)
  }
}
