// Seeds on several threads at once.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Run } from './run.ts'
import type { Asked } from './seed-thread.ts'

interface Seat {
  readonly thread: Worker
  free: boolean
}

/** Whoever asks for a seed gets a thread as soon as one is free. */
export class SeedThreads {
  readonly #seats: readonly Seat[]
  readonly #waiting: ((seat: Seat) => void)[] = []

  constructor(count = Math.min(4, availableParallelism())) {
    const file = new URL('./seed-thread.ts', import.meta.url)
    this.#seats = Array.from({ length: count }, () => ({ thread: new Worker(file), free: true }))
  }

  get count(): number {
    return this.#seats.length
  }

  async run(asked: Asked): Promise<Run> {
    const seat = await this.#take()
    try {
      return await new Promise<Run>((resolve, reject) => {
        const failed = (error: Error): void => {
          reject(new Error(`seed ${asked.seed} broke its thread`, { cause: error }))
        }
        seat.thread.once('error', failed)
        seat.thread.once('message', (ended: Run) => {
          seat.thread.off('error', failed)
          resolve(ended)
        })
        seat.thread.postMessage(asked)
      })
    } finally {
      this.#release(seat)
    }
  }

  #take(): Promise<Seat> {
    const seat = this.#seats.find(({ free }) => free)
    if (seat === undefined)
      return new Promise((resolve) => {
        this.#waiting.push(resolve)
      })
    seat.free = false
    return Promise.resolve(seat)
  }

  #release(seat: Seat): void {
    const next = this.#waiting.shift()
    if (next === undefined) seat.free = true
    else next(seat)
  }

  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ thread }) => thread.terminate()))
  }
}
