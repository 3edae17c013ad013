import type { Vendor, VendorSettings } from './vendor.ts'

/** A process serves one provider, so it loads one SDK. A new vendor is a file and a line here. */
const vendors: Readonly<Record<string, (settings: VendorSettings) => Promise<Vendor>>> = {
  openai: async (settings) => (await import('./openai.ts')).openai(settings),
  anthropic: async (settings) => (await import('./anthropic.ts')).anthropic(settings),
  gemini: async (settings) => (await import('./gemini.ts')).gemini(settings),
}

/** @throws where there is no such provider */
export function loadVendor(provider: string, settings: VendorSettings): Promise<Vendor> {
  const load = vendors[provider]
  if (load !== undefined) return load(settings)
  throw new Error(`There is no provider ${provider}. Those that there are: ${Object.keys(vendors).join(', ')}.`)
}
