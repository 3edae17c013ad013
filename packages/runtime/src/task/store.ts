import { never } from './packed/chunk.ts'
import type { About, Soon } from './packed/packed.ts'
import { Packed } from './packed/packed.ts'
import type { Packing } from './packing.ts'
import type { StateRules, View } from './stage.ts'

export interface StoreSettings {
  /** Of the entries that were written or read last, about so many are kept as objects besides. */
  readonly decodedEntries: number
  /** Of memory that is taken at a time for entries in packed form. */
  readonly chunkBytes: number
}

export interface StoreOptions<State> {
  readonly rules: StateRules<State>
  readonly packing: Packing<State>
  readonly processId: string
  readonly settings: StoreSettings
}

/** An entry as it will be. */
interface Change<State> {
  readonly state: State
  /** As the changelog has it, where it is known already. */
  readonly bytes: Buffer | undefined
}

/**
 * A task's state. What is committed is packed: bytes, of which the garbage collector sees nothing however many they are.
 * Changes lie beside it until they are committed, or taken back.
 */
export class Store<State> implements View<State> {
  readonly #options: StoreOptions<State>
  readonly #packed: Packed
  #changes = new Map<string, Change<State> | null>()
  /** The keys among the changes that have a group. */
  #changedUnder = new Map<string, Set<string>>()
  /** Nothing but a short cut: what was written or read last, and what was before that. */
  #recent = new Map<string, State>()
  #older = new Map<string, State>()

  constructor(options: StoreOptions<State>) {
    this.#options = options
    this.#packed = new Packed(options.settings.chunkBytes, (key) => this.#groupOf(key))
  }

  #groupOf(key: string): string | null {
    return this.#options.rules.groupOf?.(key) ?? null
  }

  /** Entries that are committed. */
  get size(): number {
    return this.#packed.size
  }

  /** Of those, the ones that `isOpen` holds for. */
  get openSize(): number {
    return this.#packed.openSize
  }

  /** Of memory that committed entries take. */
  get bytes(): number {
    return this.#packed.bytes
  }

  get(key: string): State | undefined {
    const change = this.#changes.get(key)
    if (change !== undefined) return change?.state
    const known = this.#recent.get(key) ?? this.#older.get(key)
    if (known !== undefined) return known
    const bytes = this.#packed.get(key)
    if (bytes === undefined) return undefined
    const state = this.#options.packing.decode(bytes)
    this.#remember(key, state)
    return state
  }

  #remember(key: string, state: State): void {
    this.#recent.set(key, state)
    if (this.#recent.size <= this.#options.settings.decodedEntries / 2) return
    this.#older = this.#recent
    this.#recent = new Map()
  }

  #forget(key: string): void {
    this.#recent.delete(key)
    this.#older.delete(key)
  }

  /** Every entry: of the same changes in the same order always. Nothing may be changed meanwhile. */
  entries(): Iterable<readonly [string, State]> {
    return this.#listed(this.#packed.entries(), () => true)
  }

  open(): Iterable<readonly [string, State]> {
    return this.#listed(this.#packed.open(), (key, state) => this.#isOpen(key, state))
  }

  *#listed(
    packed: Iterable<readonly [string, Buffer]>,
    isWanted: (key: string, state: State) => boolean,
  ): Iterable<readonly [string, State]> {
    for (const [key, bytes] of packed) if (!this.#changes.has(key)) yield [key, this.#options.packing.decode(bytes)]
    for (const [key, change] of this.#changes)
      if (change !== null && isWanted(key, change.state)) yield [key, change.state]
  }

  under(group: string): readonly string[] {
    const packed = this.#packed.under(group)
    const changed = this.#changedUnder.get(group)
    if (changed === undefined) return packed
    const kept = packed.filter((key) => !changed.has(key))
    return [...kept, ...[...changed].filter((key) => this.#changes.get(key) != null)]
  }

  /**
   * Sets an entry, or with null deletes it, until it is committed or taken back.
   * @param bytes the entry as it will be in the changelog, where it is known
   */
  set(key: string, state: State | null, bytes?: Buffer): void {
    this.#changes.set(key, state === null ? null : { state, bytes })
    const group = this.#groupOf(key)
    if (group === null) return
    const changed = this.#changedUnder.get(group)
    if (changed === undefined) this.#changedUnder.set(group, new Set([key]))
    else changed.add(key)
  }

  /** Sets an entry for good: it was read from the changelog. */
  restore(key: string, state: State | null, bytes?: Buffer): void {
    this.#forget(key)
    if (state === null) this.#packed.delete(key)
    else this.#packed.put(key, bytes ?? this.#options.packing.encode(state), this.#about(key, state))
  }

  #about(key: string, state: State): About {
    return { due: this.#dueSeconds(key, state), isOpen: this.#isOpen(key, state), group: this.#groupOf(key) }
  }

  #isOpen(key: string, state: State): boolean {
    return this.#options.rules.isOpen?.(key, state) ?? true
  }

  /** A time that an entry is not due before, whoever owns it. */
  #dueSeconds(key: string, state: State): number {
    const { rules, processId } = this.#options
    const due = rules.due?.(key, state, { caughtUpAt: 0, processId }) ?? null
    return due === null ? never : Math.max(0, Math.min(never - 1, Math.floor(due / 1_000)))
  }

  /** The time by which an entry is looked for: not later than when it is due. */
  roughlyDue(key: string, state: State): number {
    return this.#dueSeconds(key, state) * 1_000
  }

  /** Takes back all changes since the last commit. */
  rollback(): void {
    this.#changes = new Map()
    this.#changedUnder = new Map()
  }

  /** Keeps all changes. */
  commit(): void {
    const changes = this.#changes
    this.rollback()
    for (const [key, change] of changes) {
      this.restore(key, change?.state ?? null, change?.bytes)
      if (change !== null) this.#remember(key, change.state)
    }
  }

  /** When an entry may be due that was not found yet, roughly; Infinity where there is none. */
  get nextDue(): number {
    const { nextDue } = this.#packed
    return nextDue === undefined ? Infinity : nextDue * 1_000
  }

  /** Looks for entries that are due, or will be soon: not for all at once, as `nextDue` tells. */
  lookForDue(now: number): void {
    this.#packed.lookForDue(Math.floor(now / 1_000))
  }

  /** What was found, or was due soon when it was committed: each entry once. */
  takeSoon(): readonly Soon[] {
    return this.#packed.takeSoon()
  }

  /** The task is taken over: all that is due is to be found again. */
  takenOver(): void {
    this.#packed.forgetTold()
  }

  clear(): void {
    this.rollback()
    this.#packed.clear()
    this.#recent.clear()
    this.#older.clear()
  }
}
