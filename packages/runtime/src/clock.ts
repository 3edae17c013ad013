/** Time, passed in everywhere, so that a simulation can be its master. */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Monotonic clock, milliseconds. */
  monotonic(): number
  /** Calls back after so many milliseconds; returns what cancels it. */
  schedule(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, callback) {
    const timer = setTimeout(callback, Math.max(0, ms))
    return () => {
      clearTimeout(timer)
    }
  },
}

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(ms, resolve)
  })
