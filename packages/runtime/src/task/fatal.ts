/** Why a process must exit. Each says what a person can do. */
export type FatalCode =
  | 'changelog_lost'
  | 'changelog_unreadable'
  | 'position_out_of_range'
  | 'partition_count_changed'
  | 'topics_missing'
  | 'membership_lost'
  | 'wrong_setting'

export class FatalError extends Error {
  override readonly name = 'FatalError'
  readonly code: FatalCode
  constructor(code: FatalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
