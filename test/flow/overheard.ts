// All that a process says to an operator, and all that its topics hold.
import type { Arena } from '@waybill/cli/platform/arena'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import type { Logger } from '@waybill/runtime/observability/logger'
import { openLogger } from '@waybill/runtime/observability/logger'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'
import { openMetrics } from '@waybill/runtime/observability/metrics/metrics'
import { canaries } from './canaries.ts'

/** From now on: what goes to the terminal, and warnings with where they come from. */
function overheard(): string[] {
  const said: string[] = []
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    stream.write = (chunk: string | Uint8Array, ...rest: readonly never[]) => {
      said.push(Buffer.from(chunk).toString())
      return write(chunk, ...rest)
    }
  }
  process.on('warning', (warning) => said.push(String(warning.stack)))
  return said
}

interface Overheard {
  readonly arena: Arena
  /** All that the process says to an operator: more comes while it runs. */
  readonly said: string[]
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The whole product with canaries for keys, and all that it says. */
export async function startOverheard(settings: Readonly<Record<string, string>>): Promise<Overheard> {
  const said = overheard()
  const logger = openLogger('trace', {}, { write: (line) => void said.push(line) })
  const metrics = openMetrics()
  const keys = {
    OPENAI_API_KEY: canaries.openaiKey,
    ANTHROPIC_API_KEY: canaries.anthropicKey,
    GEMINI_API_KEY: canaries.geminiKey,
  }
  const arena = await startEmbedded({
    latencyScale: 0,
    seed: '1',
    logger,
    metrics,
    settings: { ...keys, ...settings },
  })
  return { arena, said, logger, metrics }
}

/** Every record of a topic: key, headers and value as text. */
export async function textOf(arena: Arena, name: string): Promise<string> {
  const { log } = await arena.reader()
  const texts: string[] = []
  for (let partition = 0; partition < arena.settings.partitions; partition++) {
    const { start, end } = await log.range(name, partition)
    await log.read(name, partition, { from: start, to: end }, (records) => {
      for (const { key, value, headers } of records)
        texts.push([String(key), String(value), ...Object.entries(headers).flat().map(String)].join('\n'))
    })
  }
  return texts.join('\n')
}
