import type { Response } from '@waybill/schemas/generated/response'

interface Kept {
  readonly response: Response
  readonly bytes: number
}

/** The newest answers of this process by hash, so that a duplicate rarely costs a read. */
export class Answers {
  readonly #kept = new Map<string, Kept>()
  readonly #most: number
  #bytes = 0

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  keep(hash: string, response: Response, bytes: number): void {
    this.#drop(hash)
    this.#kept.set(hash, { response, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) break
      this.#drop(oldest)
    }
  }

  /** The answer of exactly this claim. */
  find(hash: string, claim: string): Kept | undefined {
    const kept = this.#kept.get(hash)
    return kept?.response.claim === claim ? kept : undefined
  }

  #drop(hash: string): void {
    const kept = this.#kept.get(hash)
    if (kept === undefined) return
    this.#kept.delete(hash)
    this.#bytes -= kept.bytes
  }
}
