// What the tools in this folder are called with: help where it is asked for, and one line with the help for a mistake.
import { isMisuse } from '@waybill/cli/command'

/** What `read` makes of the command line, or the end of the process: 0 after help, 2 after a mistake. */
export function commandLine<Read>(help: string, read: () => Read): Read {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    process.exit(0)
  }
  try {
    return read()
  } catch (error) {
    if (!isMisuse(error)) throw error
    process.stderr.write(`${error.message}\n\n${help}`)
    process.exit(2)
  }
}
