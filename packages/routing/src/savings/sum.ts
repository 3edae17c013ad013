/**
 * An exact sum of pico-dollars. One amount fits a number, up to 9,007 dollars; what a company spends in a year does not,
 * so sums spill over into a BigInt before they would lose a digit.
 */
export class Sum {
  #small = 0
  #large = 0n

  /** @param amount a safe integer */
  add(amount: number): void {
    const next = this.#small + amount
    if (Number.isSafeInteger(next)) this.#small = next
    else {
      this.#large += BigInt(this.#small) + BigInt(amount)
      this.#small = 0
    }
  }

  get picoUsd(): bigint {
    return this.#large + BigInt(this.#small)
  }
}
