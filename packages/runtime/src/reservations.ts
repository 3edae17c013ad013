/** An amount that somebody wants to hold. Amounts are whole numbers of one unit. */
export interface Wanted {
  /** Whose limit it is, and of which window. */
  readonly account: string
  /** Who holds it: asking again for the same changes nothing. */
  readonly holder: string
  readonly amount: number
  readonly limit: number
  /** What is used for certain: it is told with each question, so that nothing is lost with what is held here. */
  readonly used: number
  readonly lifeMs: number
}

/**
 * The port to what all routers hold of tenants' limits until the log tells of it. Redis and memory implement it. It
 * may forget everything at any time: then it grants what `used` leaves.
 */
export interface Reservations {
  /** Whether it is held now; null where nobody answers. Never rejects. */
  reserve(wanted: Wanted): Promise<boolean | null>
  /** Never rejects. */
  release(account: string, holder: string): Promise<void>
  close(): Promise<void>
}
