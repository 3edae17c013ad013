// Reads on for ever for all feeds of a log: one long poll a broker, each partition at its own offset, read-committed.
// A poll that is under way cannot be cut short, so a feed that is new or has room again is asked for in a second poll, on
// connections of its own, which returns when the first one has to.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Feed } from '../log.ts'
import type { Source } from './fetching.ts'
import type { Aftermath, Asked } from './readings.ts'
import { longestPauseMs, Readings, shortestPauseMs } from './readings.ts'
import type { CompleteSettings } from './settings.ts'

const maxBytes = 8 * 1024 * 1024
const partitionMaxBytes = 1024 * 1024
const sideWaitMs = 50

type Lane = 'main' | 'side'

/** The two polls of one broker. */
interface Polls {
  /** When the main poll has to return; 0 while it is not under way. */
  mainUntil: number
  readonly wake: Record<Lane, () => void>
}

const nothing = (): void => undefined

export class FetchLoop {
  readonly #sources: Readonly<Record<Lane, Source>>
  readonly #settings: CompleteSettings
  readonly #readings: Readings
  readonly #polls = new Map<number, Polls>()
  #alive = true
  #searching = false
  /** Of polls, one after the other. */
  #failures = 0

  /** @param sources used for nothing else */
  constructor(sources: Readonly<Record<Lane, Source>>, settings: CompleteSettings) {
    this.#sources = sources
    this.#settings = settings
    this.#readings = new Readings(settings.prefix, settings.onEvent)
  }

  follow(feed: Feed): () => void {
    const end = this.#readings.add(feed)
    this.poke()
    return end
  }

  poke(): void {
    if (!this.#alive) return
    let unknown = false
    const leaders = new Set<number>()
    for (const { topic, partition } of this.#readings.partitions()) {
      const leader = this.#leads(topic, partition)
      if (leader === undefined) unknown = true
      else leaders.add(leader)
    }
    for (const leader of leaders) this.#pollsOf(leader)
    for (const polls of this.#polls.values()) {
      polls.wake.main()
      if (polls.mainUntil > 0) polls.wake.side()
    }
    if (unknown) void this.#search()
  }

  /** Asks who leads what, until all is known. */
  async #search(): Promise<void> {
    if (this.#searching) return
    this.#searching = true
    for (let pauseMs = shortestPauseMs; this.#alive; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        await this.#sources.main.learn(this.#readings.topics())
      } catch (error) {
        this.#settings.onEvent({ code: 'fetch_failed', error })
      }
      if (this.#readings.partitions().every(({ topic, partition }) => this.#leads(topic, partition) !== undefined))
        break
      await sleep(pauseMs)
    }
    this.#searching = false
    this.poke()
  }

  #leads(topic: string, partition: number): number | undefined {
    return this.#sources.main.leaderOf(topic, partition)
  }

  #pollsOf(nodeId: number): void {
    if (this.#polls.has(nodeId)) return
    const polls: Polls = { mainUntil: 0, wake: { main: nothing, side: nothing } }
    this.#polls.set(nodeId, polls)
    void this.#runMain(nodeId, polls)
    void this.#runSide(nodeId, polls)
  }

  async #runMain(nodeId: number, polls: Polls): Promise<void> {
    const { maxWaitMs } = this.#settings
    while (this.#alive) {
      const { asked, waiting } = this.#take(nodeId)
      if (asked.length === 0) {
        await this.#woken(polls, 'main')
        continue
      }
      const waitMs = waiting ? shortestPauseMs : maxWaitMs
      polls.mainUntil = performance.now() + waitMs
      await this.#poll(nodeId, asked, waitMs, 'main')
      polls.mainUntil = 0
    }
  }

  /** Short polls, so that whoever comes next is asked for soon, until just before the main poll returns and takes over. */
  async #runSide(nodeId: number, polls: Polls): Promise<void> {
    while (this.#alive) {
      const left = Math.floor(polls.mainUntil - performance.now() - shortestPauseMs)
      const { asked } = left > 0 ? this.#take(nodeId) : { asked: [] }
      if (asked.length === 0) await this.#woken(polls, 'side')
      else {
        await this.#poll(nodeId, asked, Math.min(left, sideWaitMs), 'side')
        // One that returned late may have held all that the main poll could have asked for: it sleeps then.
        polls.wake.main()
      }
    }
  }

  #take(nodeId: number): { readonly asked: readonly Asked[]; readonly waiting: boolean } {
    return this.#readings.take((topic, partition) => this.#leads(topic, partition) === nodeId)
  }

  #woken(polls: Polls, lane: Lane): Promise<void> {
    return new Promise((resolve) => {
      polls.wake[lane] = resolve
    })
  }

  async #poll(nodeId: number, asked: readonly Asked[], waitMs: number, lane: Lane): Promise<void> {
    try {
      await this.#fetch(nodeId, asked, waitMs, lane)
      this.#failures = 0
    } catch (error) {
      this.#readings.giveBack(asked)
      if (this.#alive) await this.#recover(error)
    }
  }

  async #fetch(nodeId: number, asked: readonly Asked[], maxWaitMs: number, lane: Lane): Promise<void> {
    const answer = await this.#sources[lane].fetch(nodeId, asked, { maxWaitMs, maxBytes, partitionMaxBytes })
    const results = new Set<Aftermath>()
    if (this.#alive) {
      for (const fetched of answer.partitions) {
        const one = asked.find(({ topic, partition }) => topic === fetched.topic && partition === fetched.partition)
        if (one !== undefined) results.add(this.#readings.settle(one, fetched))
      }
    }
    this.#readings.giveBack(asked)
    if (results.has('moved')) await this.#refresh()
    if (results.has('moved') || results.has('failed')) setTimeout(() => this.poke(), longestPauseMs).unref()
  }

  async #refresh(): Promise<void> {
    await sleep(shortestPauseMs)
    await Promise.all([this.#sources.main.refresh(), this.#sources.side.refresh()])
    this.poke()
  }

  async #recover(error: unknown): Promise<void> {
    this.#settings.onEvent({ code: 'fetch_failed', error })
    await sleep(Math.min(longestPauseMs, shortestPauseMs * 1.5 ** this.#failures++))
    try {
      if (this.#alive) await this.#refresh()
    } catch {
      // The next poll fails as this did, and says so.
    }
  }

  /** What is under way returns within the longest wait, and is thrown away. */
  close(): void {
    this.#alive = false
    for (const { wake } of this.#polls.values()) {
      wake.main()
      wake.side()
    }
  }
}
