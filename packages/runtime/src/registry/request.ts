// A plain request to the registry, and what a person can do where it does not serve.
import type { Unreached } from '../unreached.ts'
import { causesOf, unreached } from '../unreached.ts'

export interface RegistrySettings {
  readonly url: string
  readonly username?: string
  readonly password?: string
}

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly body?: object
}

const timeoutMs = 5_000

/** An answer of the registry that is of no use. */
export class RegistryStatus extends Error {
  override readonly name = 'RegistryStatus'
  readonly status: number
  constructor(status: number) {
    super(`the registry answers ${status}`)
    this.status = status
  }
}

/**
 * What Confluent's API answers, as JSON; also to a question about what is not there.
 * @throws RegistryStatus where the user is refused, where it is out of order, and where this is no such API
 */
export async function askRegistry(
  { url, username = '', password = '' }: RegistrySettings,
  path: string,
  { method, body }: RegistryRequest = { method: 'GET' },
): Promise<{ readonly status: number; readonly json: unknown }> {
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const answer = await fetch(`${url.replace(/\/$/u, '')}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(username === '' ? {} : { authorization: `Basic ${basic}` }),
    },
    signal: AbortSignal.timeout(timeoutMs),
  })
  const { status } = answer
  const text = await answer.text()
  if (status === 401 || status === 403 || status >= 500) throw new RegistryStatus(status)
  try {
    return { status, json: JSON.parse(text) }
  } catch {
    throw new RegistryStatus(status)
  }
}

/** The HTTP status in an error, ours or the client's. */
export const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined

const names = { address: 'SCHEMA_REGISTRY_URL', tls: 'whether SCHEMA_REGISTRY_URL has to begin with https' }

/** What is wrong with a registry that does not serve, and what a person can do. */
export function registryAdvice(error: unknown): Unreached {
  const network = unreached(error, names)
  if (network !== undefined) return network
  const status = statusOf(error)
  if (status === undefined || status < 200) {
    const problem = causesOf(error).at(-1)?.message ?? 'no reason given'
    return { problem, todo: 'Check SCHEMA_REGISTRY_URL, and that the registry runs.' }
  }
  if (status === 401 || status === 403)
    return {
      problem: `it refuses the user (${status})`,
      todo: 'Check SCHEMA_REGISTRY_USER, SCHEMA_REGISTRY_PASSWORD (or SCHEMA_REGISTRY_PASSWORD_FILE), and what the user may do.',
    }
  if (status >= 500) return { problem: `it answers ${status}`, todo: "Look at the registry's log." }
  return {
    problem: `it answers ${status}, and not as a registry does`,
    todo: "Check the path in SCHEMA_REGISTRY_URL: Confluent's API is wanted, which Apicurio has under /apis/ccompat/v7.",
  }
}
