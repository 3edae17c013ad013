import type { Prepared, RequestOutcome } from './vendor-api.ts'

/** Why a request cannot be put in a vendor's words. Thrown inside a translation only; `prepared` makes it a value. */
class Rejection extends Error {
  readonly reason: string
  constructor(reason: string, detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** Ends the translation. The detail names a place in the request, never what stands there. */
export function reject(reason: string, detail: string): never {
  throw new Rejection(reason, detail)
}

export function prepared(build: () => Prepared): RequestOutcome {
  try {
    return { kind: 'prepared', prepared: build() }
  } catch (error) {
    if (error instanceof Rejection) return { kind: 'rejected', reason: error.reason, detail: error.message }
    throw error
  }
}
