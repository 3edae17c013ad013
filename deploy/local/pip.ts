import { join } from 'node:path'
import { runSupervised } from './run-command.ts'
import { StackError } from './stack-error.ts'

/**
 * Runs pip, whose order may fill the folder.
 * @throws StackError where there is no Python, or pip fails
 */
export async function runPip(folder: string, [command, ...order]: readonly [string, ...string[]]): Promise<void> {
  const whole = [command, '--quiet', '--disable-pip-version-check', ...order]
  let result = await runSupervised('python3', ['-m', 'pip', ...whole])
  if (result.exitCode !== 0) {
    // Debian's Python has pip only inside a virtual environment, which takes some seconds to make.
    const environment = join(folder, 'environment')
    await runSupervised('python3', ['-m', 'venv', environment])
    result = await runSupervised(join(environment, 'bin', 'pip'), whole)
  }
  if (result.exitCode !== 0) throw new StackError('installFailed', `pip has failed: ${result.output.trim()}`)
}
