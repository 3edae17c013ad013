import { setTimeout as pause } from 'node:timers/promises'
import confluent from '@kafkajs/confluent-schema-registry'
import type { RegistrySettings } from './request.ts'
import { askRegistry, registryAdvice, statusOf } from './request.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { RegistryError } from './schema-registry.ts'

/** The client says 400 of whatever kept it from asking, so that it is asked once more, by us. */
async function troubleOf(settings: RegistrySettings, error: unknown): Promise<unknown> {
  try {
    await askRegistry(settings, '/config')
    return error
  } catch (found) {
    return found
  }
}

async function registryError(settings: RegistrySettings, error: unknown, what: string): Promise<RegistryError> {
  const status = statusOf(error)
  if (status === 404) return new RegistryError('notFound', `${what}: the registry does not know it`, { cause: error })
  const message = error instanceof Error ? error.message : 'no reason given'
  if (status === 409 || status === 422 || /compatib/iu.test(message))
    return new RegistryError('incompatible', `${what}: ${message}`, { cause: error })
  const { problem, todo } = registryAdvice(await troubleOf(settings, error))
  return new RegistryError('unavailable', `${what}: the schema registry cannot be used: ${problem}. ${todo}`, {
    cause: error,
  })
}

const raceAttempts = 6

/** Processes that start together set the compatibility of a new subject together: the first one wins. */
const isRace = (error: unknown): boolean => error instanceof Error && /already exists/iu.test(error.message)

/** A subject without a compatibility of its own: whoever registered it first was ended before it could set one. */
const isUnset = (error: unknown): boolean => error instanceof Error && /!= NONE\)/u.test(error.message)

async function setCompatibility(settings: RegistrySettings, subject: string): Promise<void> {
  const body = { compatibility: 'FULL_TRANSITIVE' }
  await askRegistry(settings, `/config/${encodeURIComponent(subject)}`, { method: 'PUT', body })
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
          if (attempt >= raceAttempts || !(isRace(error) || isUnset(error)))
            throw await registryError(settings, error, subject)
          await pause(20 * attempt)
          if (isUnset(error)) await setCompatibility(settings, subject)
        }
      }
    },
    async schemaOf(id) {
      try {
        return JSON.stringify(await registry.getSchema(id))
      } catch (error) {
        throw await registryError(settings, error, `schema ${id}`)
      }
    },
  }
}
