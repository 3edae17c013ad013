import pino from 'pino'

/** Logs ids and codes: never prompts, answers, keys, or what a vendor said. */
export type Logger = pino.Logger

/** JSON lines on standard error: standard output is for what was asked for. */
export const openLogger = (level: string, bindings: Readonly<Record<string, string>>): Logger =>
  pino({ level, base: bindings, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
