/** Node has this, the language library that we compile against not yet. */
const encodes = (bytes: Uint8Array): bytes is Uint8Array & { toBase64: () => string } => 'toBase64' in bytes

export function base64(bytes: Uint8Array): string {
  if (!encodes(bytes)) throw new TypeError('this version of Node cannot encode base64')
  return bytes.toBase64()
}

export const dataUrl = (mimeType: string, bytes: Uint8Array): string => `data:${mimeType};base64,${base64(bytes)}`
