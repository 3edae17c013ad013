/** What a request and its reply have in common. */
export interface Named {
  readonly tenant: string
  readonly id: string
  readonly hash: string | null
}

/** One text for all of it. */
export const nameOf = ({ tenant, id, hash }: Named): string => JSON.stringify([tenant, id, hash])
