// What stands in the way of a call before it is made.

/** Why no call was made, besides the failures that providers know. */
export type UnsentReason =
  /** The deadline of the chain's owner had passed. */
  | 'deadline'
  /** No permit came free in time. */
  | 'no_permit'
  /** The call could not start soon enough after it was announced. */
  | 'send_by'
  /** The process was stopping. */
  | 'stopping'
  /** The order cannot be read, or not be passed on with an answer. */
  | 'unreadable_dispatch'
  | 'too_large'
  /** The request inside the order cannot be read. */
  | 'unreadable_request'
  /** This worker has no key for the account. */
  | 'no_account'
  /** The target is none that this worker can call. */
  | 'config'
  /** The target cannot do what is asked. */
  | 'invalid_request'
