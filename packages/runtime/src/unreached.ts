// What stands between us and a server, as far as an error tells, and which setting it is about.

export interface Unreached {
  /** What was found, to follow the server's address. */
  readonly problem: string
  readonly todo: string
}

/** What a server's settings are called. */
export interface ServerNames {
  /** The setting with its address. */
  readonly address: string
  /** What says whether TLS is spoken. */
  readonly tls: string
}

const authority = 'Name the PEM file of its authority in NODE_EXTRA_CA_CERTS, for every process that connects.'
const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]
const nowhere = ['ENOTFOUND', 'EAI_AGAIN']
const silent = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH']
const notTls = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']
const closed = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

function meaningOf(code: string, { address, tls }: ServerNames): Unreached | undefined {
  if (code === 'ECONNREFUSED') return { problem: 'nothing listens there', todo: `Start it, or correct ${address}.` }
  if (nowhere.includes(code))
    return { problem: 'its name is not known', todo: `Correct ${address}, or the names of this machine (DNS).` }
  if (silent.includes(code))
    return { problem: 'it does not answer', todo: `Check ${address}, and what lies between: a firewall, a network.` }
  if (untrusted.includes(code))
    return { problem: 'its certificate is signed by nobody who is trusted here', todo: authority }
  if (code === 'CERT_HAS_EXPIRED') return { problem: 'its certificate has expired', todo: 'Renew it at the server.' }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { problem: 'its certificate is for another name', todo: `Put a name that it has into ${address}.` }
  if (notTls.includes(code))
    return { problem: 'it does not speak TLS', todo: `Check ${tls}, and the port in ${address}.` }
  if (closed.includes(code))
    return {
      problem: 'it closes the connection without a word',
      todo: `Check ${tls}: one may speak TLS and the other not.`,
    }
  return undefined
}

/** An error and what caused it, outermost first; of several addresses that were tried, the first. */
export function causesOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return []
  const [one]: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  return [error, ...causesOf(error.cause ?? one)]
}

/** Undefined for an error that is not about the connection. */
export function unreached(error: unknown, names: ServerNames): Unreached | undefined {
  for (const cause of causesOf(error).toReversed()) {
    if (!('code' in cause) || typeof cause.code !== 'string') continue
    const meaning = meaningOf(cause.code, names)
    if (meaning !== undefined) return { ...meaning, problem: `${meaning.problem} (${cause.code})` }
  }
  return undefined
}
