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

const isRace = (error: unknown): boolean => error instanceof Error && /already exists|does not match the configuration/iu.test(error.message)

/** A registry that speaks Confluent's API, such as Apicurio under /apis/ccompat/v7. */
export function confluentRegistry({ url, username, password }: RegistrySettings): SchemaRegistry {
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
          // Processes that start together set the compatibility of a new subject together: the first one wins.
          if (attempt < raceAttempts && isRace(error)) await pause(20 * attempt)
          else throw registryError(error, subject)
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
