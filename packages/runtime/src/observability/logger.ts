import pino from 'pino'

/** Logs ids and codes: never prompts, answers, keys, or what a vendor said. */
export type Logger = pino.Logger

/** Takes a line at a time. */
export interface LogLines {
  write(line: string): void
}

/** JSON lines, on standard error unless told: standard output is for what was asked for. */
export const openLogger = (
  level: string,
  bindings: Readonly<Record<string, string>>,
  lines: LogLines = pino.destination({ dest: 2, sync: true }),
): Logger => pino({ level, base: bindings, timestamp: pino.stdTimeFunctions.isoTime }, lines)
