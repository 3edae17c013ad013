/** Why a process must exit. Each says what a person can do. */
export type FatalCode =
  | 'changelog_lost'
  | 'changelog_unreadable'
  | 'position_out_of_range'
  | 'partition_count_changed'
  | 'topics_missing'
  | 'membership_lost'
  | 'wrong_setting'

interface Of {
  readonly stage: { readonly group: string; readonly changelog: { readonly name: string } }
  readonly partition: number
}

export class FatalError extends Error {
  override readonly name = 'FatalError'
  readonly code: FatalCode
  constructor(code: FatalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const partitionsAreForEver =
  'A topic that was given more partitions while in use cannot serve any longer, for a hash would have two homes: drain, ' +
  'then move to new topic names (another WAYBILL_PREFIX) with the new count.'

const whatToDo =
  'What the group knew is lost, and to start without it would answer and pay for requests a second time. Restore the ' +
  'topic from a backup, or delete it and the group to accept that.'

/** Positions stand where their own changelog says that it went on beyond: somebody has deleted it and made it anew. */
export const changelogMadeAnew = ({ stage, partition }: Of, offset: number, contains: number): FatalError =>
  new FatalError(
    'changelog_lost',
    `${stage.changelog.name}/${partition} goes on at ${offset}, and group ${stage.group} had written up to ${contains}: ` +
      `the topic was made anew. ${whatToDo}`,
  )

/** A compacted log begins at 0 for ever, unless somebody deletes records of it. */
export const changelogCut = ({ stage, partition }: Of, start: number): FatalError =>
  new FatalError(
    'changelog_lost',
    `${stage.changelog.name}/${partition} begins at ${start}: somebody has deleted what group ${stage.group} wrote before, ` +
      `or the topic is not compacted. ${whatToDo}`,
  )
