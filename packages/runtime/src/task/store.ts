import type { View } from './stage.ts'

/** A task's state. Changes can be taken back until they are committed. */
export class Store<State> implements View<State> {
  readonly #entries = new Map<string, State>()
  /** One key is kept as itself, several as a set: most groups have one. */
  readonly #groups = new Map<string, string | Set<string>>()
  readonly #groupOf: (key: string) => string | null
  #journal: (readonly [key: string, before: State | undefined])[] = []

  constructor(groupOf: (key: string) => string | null = () => null) {
    this.#groupOf = groupOf
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): State | undefined {
    return this.#entries.get(key)
  }

  entries(): Iterable<readonly [string, State]> {
    return this.#entries.entries()
  }

  under(group: string): readonly string[] {
    const keys = this.#groups.get(group)
    if (keys === undefined) return []
    return typeof keys === 'string' ? [keys] : [...keys]
  }

  /** Sets an entry, or with null deletes it; `rollback` can take it back. */
  set(key: string, state: State | null): void {
    this.#journal.push([key, this.#entries.get(key)])
    this.#write(key, state ?? undefined)
  }

  /** Sets an entry for good: it was read from the changelog. */
  restore(key: string, state: State | null): void {
    this.#write(key, state ?? undefined)
  }

  #write(key: string, state: State | undefined): void {
    const had = this.#entries.has(key)
    if (state === undefined) this.#entries.delete(key)
    else this.#entries.set(key, state)
    if (had !== (state !== undefined)) this.#regroup(key, state !== undefined)
  }

  #regroup(key: string, present: boolean): void {
    const group = this.#groupOf(key)
    if (group === null) return
    const keys = this.#groups.get(group)
    if (present) {
      if (keys === undefined) this.#groups.set(group, key)
      else if (typeof keys === 'string') this.#groups.set(group, new Set([keys, key]))
      else keys.add(key)
    } else if (typeof keys === 'string') this.#groups.delete(group)
    else if (keys?.delete(key) === true && keys.size === 0) this.#groups.delete(group)
  }

  /** Takes back all changes since the last commit. */
  rollback(): void {
    for (const [key, before] of this.#journal.toReversed()) this.#write(key, before)
    this.#journal = []
  }

  /** Keeps all changes. Returns the keys that changed. */
  commit(): ReadonlySet<string> {
    const keys = new Set(this.#journal.map(([key]) => key))
    this.#journal = []
    return keys
  }

  clear(): void {
    this.#entries.clear()
    this.#groups.clear()
    this.#journal = []
  }
}
