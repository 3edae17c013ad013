// Runs seeds that the main thread asks for, one after the other.
import { parentPort } from 'node:worker_threads'
import { mutations } from './mutants/mutations.ts'
import { run } from './run.ts'

export interface Asked {
  readonly seed: number
  /** Of a mutation; undefined for the services as they are. */
  readonly mutation: string | undefined
}

const port = parentPort
port?.on('message', ({ seed, mutation: name }: Asked) => {
  const answer = async (): Promise<void> => {
    port.postMessage(await run(seed, { mutation: mutations.find((mutation) => mutation.name === name) }))
  }
  void answer()
})
