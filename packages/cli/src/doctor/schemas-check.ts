// Whether the registry has our schemas, each under a subject that stays readable both ways.
import type { Topic } from '@waybill/schemas/topics'
import type { RegistrySettings } from '@waybill/runtime/registry/request'
import { askRegistry, registryAdvice, RegistryStatus } from '@waybill/runtime/registry/request'
import type { Finding } from './finding.ts'
import { fine, wrong } from './finding.ts'

const area = 'schemas'
const wanted = 'FULL_TRANSITIVE'

export interface SubjectState {
  readonly subject: string
  /** Whether our very schema is one of its versions. */
  readonly schema: 'registered' | 'absent' | 'noSubject'
  /** Its own compatibility; null where it has none. */
  readonly compatibility: string | null
}

const compatibilityOf = (json: unknown): string | null => {
  if (typeof json !== 'object' || json === null) return null
  if ('compatibilityLevel' in json && typeof json.compatibilityLevel === 'string') return json.compatibilityLevel
  return 'compatibility' in json && typeof json.compatibility === 'string' ? json.compatibility : null
}

/** Confluent's codes for a subject and for a schema that are not there. */
const [noSubject, noSchema] = [40_401, 40_403]

const codeOf = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && 'error_code' in json ? json.error_code : undefined

function lookedUp(status: number, json: unknown): SubjectState['schema'] {
  if (status === 200) return 'registered'
  const code = codeOf(json)
  if (code !== noSubject && code !== noSchema) throw new RegistryStatus(status)
  return code === noSubject ? 'noSubject' : 'absent'
}

/** @throws where the registry does not answer */
async function subjectState(registry: RegistrySettings, subject: string, schema: string): Promise<SubjectState> {
  const name = encodeURIComponent(subject)
  const [looked, config] = await Promise.all([
    askRegistry(registry, `/subjects/${name}`, { method: 'POST', body: { schema } }),
    askRegistry(registry, `/config/${name}`),
  ])
  return {
    subject,
    schema: lookedUp(looked.status, looked.json),
    compatibility: config.status === 200 ? compatibilityOf(config.json) : null,
  }
}

function schemaFinding({ subject, schema, compatibility }: SubjectState): Finding | undefined {
  if (schema === 'noSubject')
    return wrong(
      area,
      subject,
      'is not registered',
      'Start a service, or run "waybill topics --create": both register all schemas.',
    )
  if (schema === 'absent')
    return wrong(
      area,
      subject,
      'does not have the schema of this build',
      'Register it with "waybill topics --create"; if that is refused, an incompatible schema was registered by someone else.',
    )
  if (compatibility !== wanted)
    return wrong(
      area,
      subject,
      `has compatibility ${compatibility ?? 'of the registry’s default'}, not ${wanted}: a schema could be registered that old records cannot be read with`,
      `PUT {"compatibility": "${wanted}"} to /config/${subject} of the registry.`,
    )
  return undefined
}

export function schemaFindings(states: readonly SubjectState[]): readonly Finding[] {
  const findings = states.flatMap((state) => schemaFinding(state) ?? [])
  return findings.length === 0
    ? [fine(area, `${states.length} subjects`, `have the schemas of this build, ${wanted}`)]
    : findings
}

/** All subjects of these topics. */
export async function checkSchemas(
  registry: RegistrySettings,
  rows: readonly Topic[],
  prefix: string,
): Promise<readonly Finding[]> {
  try {
    return schemaFindings(
      await Promise.all(rows.map(({ name, value }) => subjectState(registry, `${prefix}${name}-value`, value.avro))),
    )
  } catch (error) {
    const { problem, todo } = registryAdvice(error)
    return [wrong(area, registry.url, `the registry cannot be used: ${problem}`, todo)]
  }
}
