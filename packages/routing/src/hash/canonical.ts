import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * Lower-case hex SHA-256 of a value's canonical JSON (RFC 8785).
 * Throws where there is no such JSON: NaN, an infinity, half of a surrogate pair.
 */
export const canonicalHash = (value: unknown): string => hash('sha256', canonicalize(value) ?? '', 'hex')
