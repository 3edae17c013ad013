/** What the changelogs say of each task: its keys, and how far it has read. */
export class States {
  readonly #entries = new Map<string, Set<string>>()
  readonly #positions = new Map<string, number>()

  changed(group: string, partition: number, key: string, value: Buffer | null): void {
    const task = `${group}/${partition}`
    const entries = this.#entries.get(task) ?? new Set()
    this.#entries.set(task, entries)
    if (value === null) entries.delete(key)
    else entries.add(key)
  }

  moved(group: string, partition: number, input: string, next: number): void {
    this.#positions.set(`${group}/${partition}/${input}`, next)
  }

  /** How many entries the state of a task has. */
  entriesOf(group: string, partition: number): number {
    return this.#entries.get(`${group}/${partition}`)?.size ?? 0
  }

  /** Where a task reads on. */
  positionOf(group: string, partition: number, input: string): number {
    return this.#positions.get(`${group}/${partition}/${input}`) ?? 0
  }
}
