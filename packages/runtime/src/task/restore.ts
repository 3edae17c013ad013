import { sleep } from '../clock.ts'
import type { Clock } from '../clock.ts'
import type { Log, LogRecord, Offsets, Transactions } from '../log.ts'
import { LogError } from '../log.ts'
import type { Codec, Decoded } from '../registry/codec.ts'
import { changelogCut, changelogMadeAnew, FatalError, partitionsAreForEver } from './fatal.ts'
import type { Store } from './store.ts'
import type { Stage } from './stage.ts'
import type { TaskSettings } from './task.ts'

/** What a task knows of itself: after a mere error it reads on from there. */
export interface Known {
  /** Next offset of each input. */
  readonly positions: Offsets
  /** The changelog's next offset: what the state contains. */
  readonly contains: number
  /** The changelog holds no positions yet. */
  readonly isNew: boolean
}

export interface Restored extends Known {
  /** What each input held when the task was taken over: its timers wait until that is read. */
  readonly ends: Offsets
}

/** What a restore needs of a task. */
export interface RestoreOptions<State> {
  readonly stage: Pick<Stage<State, unknown, unknown, unknown, unknown>, 'group' | 'inputs' | 'changelog'>
  readonly partition: number
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly settings: Pick<TaskSettings, 'partitions'>
}

/** The positions in a changelog entry, which every stage's entries can hold. */
function positionsOf(entry: unknown): Offsets | undefined {
  if (typeof entry !== 'object' || entry === null || !('positions' in entry)) return undefined
  const { positions } = entry
  if (typeof positions !== 'object' || positions === null || !('next' in positions)) return undefined
  return Object.fromEntries(Object.entries(positions.next ?? {}).map(([topic, next]) => [topic, Number(next)] as const))
}

/**
 * What a new owner writes first: the end of its changelog, which it must meet again. Where a read ends too early for
 * whatever reason, what it lacks would be done, and paid for, a second time.
 */
const mark = { key: 'mark', value: null }
const isMark = ({ key, value }: LogRecord): boolean => value === null && String(key) === mark.key

/**
 * Reads a task's state and positions, as of after its fence.
 * @param transactions those of the fence
 * @param known what the store contains already: only what follows is read
 * @throws FatalError where the changelog or the inputs are not what they must be
 */
export async function restore<State>(
  options: RestoreOptions<State>,
  transactions: Pick<Transactions, 'commit'>,
  store: Store<State>,
  known: Known | undefined,
): Promise<Restored> {
  await checkPartitions(options)
  // Asked before the changelog is read: one who sleeps in between must not take what others write meanwhile for a loss.
  const hasWorked = known === undefined && (await hasOffsets(options))
  const end = await placeMark(options, transactions)
  if (known === undefined) store.clear()
  const { positions: before, contains, isNew: wasNew = true }: Partial<Known> = known ?? {}
  const read = await readUpTo(end, options, store, contains)
  const positions = read.positions ?? before ?? (await firstPositions(options, hasWorked || !read.isEmpty))
  const isNew = wasNew && read.positions === undefined
  return { ...(await checkedPositions(options, positions)), contains: end + 1, isNew }
}

/** @returns its offset */
async function placeMark<State>(
  { stage, partition }: RestoreOptions<State>,
  transactions: Pick<Transactions, 'commit'>,
): Promise<number> {
  const { name: topic } = stage.changelog
  const [marked] = await transactions.commit([{ topic, partition, records: [mark] }])
  if (marked === undefined) throw new LogError('unknown', `nobody knows where the mark in ${topic}/${partition} is`)
  return marked.offset
}

interface Read {
  /** The last that were written, where any were. */
  positions: Offsets | undefined
  /** Whether there was nothing but marks. */
  isEmpty: boolean
}

/**
 * @param end where the mark is
 * @param from the start, unless told
 */
async function readUpTo<State>(
  end: number,
  options: RestoreOptions<State>,
  store: Store<State>,
  from = 0,
): Promise<Read> {
  const { stage, partition, log } = options
  const { name } = stage.changelog
  const { start } = await log.range(name, partition)
  if (start > 0) throw changelogCut({ stage, partition }, start)
  const read: Read = { positions: undefined, isEmpty: true }
  let isMarkMet = false
  await log.read(name, partition, { from, to: end + 1 }, async (records) => {
    for (const record of records) {
      if (isMark(record)) {
        isMarkMet ||= record.offset === end
        continue
      }
      let decoded = decodedOf(options, record)
      // No await where none is needed: there may be millions.
      while (decoded.kind === 'unknownSchema') {
        await learn(options, decoded.id)
        decoded = decodedOf(options, record)
      }
      read.positions = restoreRecord(options, store, record, decoded) ?? read.positions
      read.isEmpty = false
    }
  })
  if (!isMarkMet) throw new LogError('unknown', `${name}/${partition} was not read up to its mark at ${end}`)
  return read
}

const decodedOf = <State>({ stage, codec }: RestoreOptions<State>, { value }: LogRecord): Decoded<State> =>
  codec.decode(stage.changelog.value, value)

async function learn<State>({ codec, clock }: RestoreOptions<State>, schema: number): Promise<void> {
  if (!(await codec.learn(schema))) await sleep(clock, 1_000)
}

/** @returns the positions, if these are what the record holds */
function restoreRecord<State>(
  { stage }: RestoreOptions<State>,
  store: Store<State>,
  { key, value, topic, partition, offset }: LogRecord,
  decoded: Exclude<Decoded<State>, { readonly kind: 'unknownSchema' }>,
): Offsets | undefined {
  const name = String(key)
  if (value === null) {
    store.restore(name, null)
    return undefined
  }
  if (decoded.kind === 'unreadable')
    throw new FatalError(
      'changelog_unreadable',
      `${topic}/${partition}/${offset} cannot be read (${decoded.reason}): the state of ${stage.group} is damaged. ` +
        'Find out who wrote to it; restore the topic from a replica or a backup before you start again.',
    )
  if (name === 'positions') {
    const positions = positionsOf(decoded.value)
    const contains = positions?.[stage.changelog.name] ?? 0
    if (contains > offset) throw changelogMadeAnew({ stage, partition }, offset, contains)
    return positions
  }
  store.restore(name, decoded.value, value)
  return undefined
}

async function checkPartitions<State>({ stage, log, settings }: RestoreOptions<State>): Promise<void> {
  const names = [...stage.inputs, stage.changelog].map(({ name }) => name)
  const counts = await log.partitionCounts(names)
  const wrong = names.filter((name) => counts.get(name) !== settings.partitions)
  if (wrong.length === 0) return
  throw new FatalError(
    'partition_count_changed',
    `${wrong.map((name) => `${name} has ${counts.get(name) ?? 0}`).join(', ')} partitions, and ${settings.partitions} are ` +
      `set. ${partitionsAreForEver}`,
  )
}

/** Whether anybody has ever committed offsets of this task. */
async function hasOffsets<State>({ stage, log, partition }: RestoreOptions<State>): Promise<boolean> {
  const names = stage.inputs.map(({ name }) => name)
  return Object.keys(await log.committedOffsets(stage.group, partition, names)).length > 0
}

/**
 * Where a task without a changelog starts: at the beginning, unless somebody has lost it. Offsets say nothing here: a first
 * transaction that was aborted leaves some behind, and no record.
 */
async function firstPositions<State>(
  { stage, log, partition }: RestoreOptions<State>,
  hasWorked: boolean,
): Promise<Offsets> {
  const names = stage.inputs.map(({ name }) => name)
  if (hasWorked)
    throw new FatalError(
      'changelog_lost',
      `${stage.changelog.name}/${partition} holds no positions, but group ${stage.group} has worked here before. Starting ` +
        'anew would answer and pay for requests a second time. Restore the topic, or delete the group to accept that.',
    )
  const starts = await Promise.all(names.map(async (name) => [name, (await log.range(name, partition)).start] as const))
  return Object.fromEntries(starts)
}

async function checkedPositions<State>(
  { stage, log, partition }: RestoreOptions<State>,
  known: Offsets,
): Promise<Pick<Restored, 'positions' | 'ends'>> {
  const checked = await Promise.all(
    stage.inputs.map(async ({ name }) => {
      const { start, end } = await log.range(name, partition)
      const position = known[name] ?? start
      if (position >= start && position <= end) return [name, position, end] as const
      throw new FatalError(
        'position_out_of_range',
        `${stage.group} would read ${name}/${partition} from ${position}, but it holds ${start} to ${end}: ` +
          (position < start
            ? 'records were deleted before they were read. Raise the retention; delete the group and its changelog to skip them.'
            : 'the topic was made anew. Delete the changelog and the group as well.'),
      )
    }),
  )
  return {
    positions: Object.fromEntries(checked.map(([name, position]) => [name, position])),
    ends: Object.fromEntries(checked.map(([name, , end]) => [name, end])),
  }
}
