import type { Clock } from '../clock.ts'
import type { JoinOptions, Membership, Offsets } from '../log.ts'
import { LogError } from '../log.ts'

interface Member {
  readonly options: JoinOptions
  tasks: readonly number[]
  /** A process that is frozen or cut off: it hears nothing and believes what it last heard. */
  deaf: boolean
}

/**
 * Shares n tasks among members, to within one of each other, moving as few as it can.
 * @returns the tasks of each member, in the order given
 */
export function spread(held: readonly (readonly number[])[], n: number): readonly (readonly number[])[] {
  const most = held
    .map((tasks, member) => ({ member, count: tasks.length }))
    .toSorted((a, b) => b.count - a.count || a.member - b.member)
  const free = new Set(Array.from({ length: n }, (_, index) => index))
  const shares: number[][] = held.map(() => [])
  const room = held.map(() => Math.floor(n / held.length))
  // The odd tasks go where most are already, so that none of them moves.
  for (const { member } of most.slice(0, n % held.length)) room[member] = (room[member] ?? 0) + 1
  const give = (member: number, tasks: Iterable<number>): void => {
    for (const task of tasks)
      if ((shares[member]?.length ?? 0) < (room[member] ?? 0) && free.delete(task)) shares[member]?.push(task)
  }
  for (const { member } of most) give(member, held[member] ?? [])
  for (const { member } of most) give(member, [...free])
  return shares
}

/** Consumer groups in memory: who is a member, who owns which task, and the committed offsets. */
export class Groups {
  readonly #clock: Clock
  readonly #members = new Map<string, Set<Member>>()
  readonly #offsets = new Map<string, Record<string, number>>()
  readonly #heartbeatMs: number

  constructor(clock: Clock, heartbeatMs: number) {
    this.#clock = clock
    this.#heartbeatMs = heartbeatMs
  }

  join(options: JoinOptions, partitions: number): { readonly membership: Membership; readonly member: Member } {
    const members = this.#members.get(options.group) ?? new Set<Member>()
    this.#members.set(options.group, members)
    const member: Member = { options, tasks: [], deaf: false }
    members.add(member)
    this.#rebalance(options.group, partitions)
    const membership: Membership = {
      confirmed: () =>
        new Promise((resolve, reject) => {
          this.#clock.schedule(2 * this.#heartbeatMs, () => {
            if (members.has(member) && !member.deaf) resolve()
            else reject(new LogError('lost', `no longer a member of ${options.group}`))
          })
        }),
      leave: () => {
        this.remove(member, partitions)
        return Promise.resolve()
      },
    }
    return { membership, member }
  }

  /** Takes a member out of its group: it has left, or its session has timed out. */
  remove(member: Member, partitions: number): void {
    const { group } = member.options
    if (this.#members.get(group)?.delete(member) === true) this.#rebalance(group, partitions)
  }

  #rebalance(group: string, partitions: number): void {
    const members = [...(this.#members.get(group) ?? [])]
    if (members.length === 0) return
    const shares = spread(
      members.map(({ tasks }) => tasks),
      partitions,
    )
    for (const [index, member] of members.entries()) {
      member.tasks = shares[index] ?? []
      this.#clock.schedule(0, () => {
        if (!member.deaf && (this.#members.get(group)?.has(member) ?? false)) member.options.onAssigned(member.tasks)
      })
    }
  }

  commitOffsets(group: string, partition: number, next: Offsets): void {
    const key = `${group}/${partition}`
    this.#offsets.set(key, { ...this.#offsets.get(key), ...next })
  }

  committedOffsets(group: string, partition: number, topics: readonly string[]): Offsets {
    const all = this.#offsets.get(`${group}/${partition}`) ?? {}
    return Object.fromEntries(Object.entries(all).filter(([topic]) => topics.includes(topic)))
  }
}
