/** How a command ends: what the process exits with. */
export type ExitCode = 0 | 1 | 2

/** A command of the `waybill` program. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` prints: usage, options, and an example. */
  readonly help: string
  run(given: readonly string[]): Promise<ExitCode>
}

/** A fault in how a command was called: said with its usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Whether a command was called wrongly. parseArgs throws a TypeError with a code for an option that is not there. */
export const isMisuse = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))

/** Progress and everything else that is not the answer goes to standard error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

export function say(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}
