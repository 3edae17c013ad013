/** Where a vendor is reached. */
export interface VendorSettings {
  /** As the vendor's SDK takes it; undefined for the vendor's own. Variables of the environment have no say. */
  readonly baseUrl: string | undefined
  readonly apiKey: string
}

/** One call of an SDK. */
interface VendorCall {
  /** Target.api. */
  readonly api: string
  /** The SDK's parameters, as the provider's translation has made them. */
  readonly body: Readonly<Record<string, unknown>>
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
  /** For SDKs that would set a limit of their own: longer than the signal takes. */
  readonly timeoutMs: number
}

/** A vendor's SDK. What it returns, and most of what it throws, is of no interest: the fetch has seen the answer itself. */
export interface Vendor {
  /** The only origin that it may call. */
  readonly origin: string
  call(call: VendorCall): Promise<unknown>
}

export const unknownApi = (api: string): Error => new Error(`there is no call for the API ${api}`)
