import { setTimeout as pause } from 'node:timers/promises'
import confluent from '@kafkajs/confluent-schema-registry'
import type { SchemaRegistry } from './schema-registry.ts'
import { RegistryError } from './schema-registry.ts'

export interface RegistrySettings {
  readonly url: string
  readonly username?: string
  readonly password?: string
}

/** What the client's errors have in common: an HTTP status, where the registry answered at all. */
const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined

function registryError(error: unknown, what: string): RegistryError {
  const status = statusOf(error)
  if (status === 404) return new RegistryError('notFound', `${what}: the registry does not know it`, { cause: error })
  const message = error instanceof Error ? error.message : 'no reason given'
  if (status === 409 || status === 422 || /compatib/iu.test(message))
    return new RegistryError('incompatible', `${what}: ${message}`, { cause: error })
  return new RegistryError('unavailable', `${what}: the schema registry did not answer (${message})`, { cause: error })
}

const raceAttempts = 6

/** Processes that start together set the compatibility of a new subject together: the first one wins. */
const isRace = (error: unknown): boolean => error instanceof Error && /already exists/iu.test(error.message)

/** A subject without a compatibility of its own: whoever registered it first was ended before it could set one. */
const isUnset = (error: unknown): boolean => error instanceof Error && /!= NONE\)/u.test(error.message)

async function setCompatibility(
  { url, username = '', password = '' }: RegistrySettings,
  subject: string,
): Promise<void> {
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  await fetch(`${url.replace(/\/$/u, '')}/config/${encodeURIComponent(subject)}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(username === '' ? {} : { authorization: `Basic ${basic}` }),
    },
    body: JSON.stringify({ compatibility: 'FULL_TRANSITIVE' }),
  })
}

/** A registry that speaks Confluent's API, such as Apicurio under /apis/ccompat/v7. */
export function confluentRegistry(settings: RegistrySettings): SchemaRegistry {
  const { url, username, password } = settings
  const auth = username === undefined || password === undefined ? {} : { auth: { username, password } }
  const registry = new confluent.SchemaRegistry({ host: url.replace(/\/$/u, ''), retry: { retries: 3 }, ...auth })
  return {
    async register(subject, avro) {
      for (let attempt = 1; ; attempt++) {
        try {
          const { id } = await registry.register(
            { type: confluent.SchemaType.AVRO, schema: avro },
            { subject, compatibility: confluent.COMPATIBILITY.FULL_TRANSITIVE },
          )
          return id
        } catch (error) {
          if (attempt >= raceAttempts || !(isRace(error) || isUnset(error))) throw registryError(error, subject)
          await pause(20 * attempt)
          if (isUnset(error)) await setCompatibility(settings, subject)
        }
      }
    },
    async schemaOf(id) {
      try {
        return JSON.stringify(await registry.getSchema(id))
      } catch (error) {
        throw registryError(error, `schema ${id}`)
      }
    },
  }
}
