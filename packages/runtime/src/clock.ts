/** Time, passed in everywhere, so that a simulation can be its master. */
export interface Clock {
  /** Whether this is the machine's own time, and not a simulated one. */
  readonly real: boolean
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Monotonic clock, milliseconds. */
  monotonic(): number
  /** Calls back after so many milliseconds; returns what cancels it. */
  schedule(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  real: true,
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, callback) {
    if (ms <= 0) {
      const soon = setImmediate(callback)
      return () => {
        clearImmediate(soon)
      }
    }
    const timer = setTimeout(callback, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(ms, resolve)
  })
