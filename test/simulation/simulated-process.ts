import type { Clock } from '@waybill/runtime/clock'

/** A process as others see it: it hears what happens, unless it is frozen or dead. */
export class SimulatedProcess {
  readonly id: string
  readonly kind: string
  readonly clock: Clock
  #state: 'running' | 'frozen' | 'dead' = 'running'
  #held: (() => void)[] = []
  #hasSlept = false

  /** @param skewMs what its wall clock is ahead of everybody's */
  constructor(id: string, kind: string, world: Clock, skewMs: number) {
    this.id = id
    this.kind = kind
    const start = world.now()
    this.clock = {
      real: false,
      now: () => world.now() + skewMs,
      monotonic: () => world.now() - start,
      schedule: (ms, callback) => {
        let wanted = true
        const cancel = world.schedule(ms, () => {
          this.hear(() => {
            if (wanted) callback()
          })
        })
        return () => {
          wanted = false
          cancel()
        }
      },
    }
  }

  get isDead(): boolean {
    return this.#state === 'dead'
  }
  get isFrozen(): boolean {
    return this.#state === 'frozen'
  }

  /** Whether it was ever frozen. */
  get hasSlept(): boolean {
    return this.#hasSlept
  }

  /** Happens now, or when the process wakes up, or never. */
  hear(callback: () => void): void {
    if (this.#state === 'running') callback()
    else if (this.#state === 'frozen') this.#held.push(callback)
  }

  /** Resolves when the process runs: never once it is dead. */
  async running(): Promise<void> {
    if (this.#state === 'running') return
    await new Promise<void>((resolve) => {
      this.hear(resolve)
    })
  }

  freeze(): void {
    if (this.#state !== 'running') return
    this.#state = 'frozen'
    this.#hasSlept = true
  }

  wake(): void {
    if (this.#state !== 'frozen') return
    this.#state = 'running'
    const held = this.#held
    this.#held = []
    for (const callback of held) this.hear(callback)
  }

  kill(): void {
    this.#state = 'dead'
    this.#held = []
  }
}
