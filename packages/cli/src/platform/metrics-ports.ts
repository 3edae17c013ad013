// Where the services of a platform serve their metrics.
import { choosePort } from '@waybill/deploy/ports'
import type { Program } from './supervisor.ts'

interface WithMetrics {
  readonly programs: readonly Program[]
  /** By the program's name. */
  readonly urls: ReadonlyMap<string, string>
}

const host = '127.0.0.1'

/**
 * Gives each program a port of its own, which it keeps when it is started again.
 * @param from the first port; one that is taken is left out. Undefined for no metrics
 */
export async function withMetrics(programs: readonly Program[], from: number | undefined): Promise<WithMetrics> {
  const urls = new Map<string, string>()
  if (from === undefined) return { programs, urls }
  const all: Program[] = []
  let wanted = from
  for (const program of programs) {
    const port = await choosePort(wanted)
    wanted = port + 1
    urls.set(program.name, `http://${host}:${port}/metrics`)
    const added = { WAYBILL_METRICS_PORT: `${port}`, WAYBILL_METRICS_HOST: host }
    all.push({ ...program, environment: { ...program.environment, ...added } })
  }
  return { programs: all, urls }
}
