// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Where the work may be done. A policy sets them for a tenant; a request can only narrow them. They hold for backups and the default route too. */
export interface Constraints {
  /** Providers that may be used; empty means any. */
  readonly providers: readonly string[]
  /** Regions that may be used; empty means any. */
  readonly regions: readonly string[]
  /** What a provider may keep: none, or a name that the policy knows. */
  readonly retention: string | null
  /** Accounts that may be used: default, or names of the policy's; empty means any. */
  readonly accounts: readonly string[]
}
