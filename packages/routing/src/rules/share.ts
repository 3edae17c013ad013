/** A number in [0, 1) that depends on the request and on nothing else that changes: two routers choose alike. */
export function shareOf(seed: number, salt: number): number {
  let mixed = Math.imul(seed ^ salt, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
}

/** Of a text: FNV-1a. */
export function saltOf(text: string): number {
  let salt = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) salt = Math.imul(salt ^ text.charCodeAt(at), 0x01000193)
  return salt
}

/** Of a content hash, from other bits than those that place it on a partition. */
export function seedOf(hash: string): number {
  const seed = Number.parseInt(hash.slice(0, 8), 16)
  return Number.isNaN(seed) ? saltOf(hash) : seed
}
