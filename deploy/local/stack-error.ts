export type StackErrorCode =
  | 'javaMissing'
  | 'javaTooOld'
  | 'mavenMissing'
  | 'installFailed'
  | 'folderInUse'
  | 'programDied'
  | 'programNotReady'

/** What keeps the local stack from starting. The message is one line that a user can act on. */
export class StackError extends Error {
  readonly code: StackErrorCode

  constructor(code: StackErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StackError'
    this.code = code
  }
}
