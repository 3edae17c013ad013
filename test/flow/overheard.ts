// All that a process says to an operator, and all that its topics hold.
import type { Arena } from '@waybill/cli/platform/arena'

/** From now on: what goes to the terminal, and warnings with where they come from. */
export function overheard(): string[] {
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
