// Finds what the topics hold about one request. Decisions hold no content and are kept for long, so they are read first:
// they tell in which partition, and under which keys, the rest lies.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import type { Request } from '@waybill/schemas/generated/request'
import type { Topic } from '@waybill/schemas/topics'
import {
  costs,
  deadLetters,
  decisions,
  feedback,
  rekeyed,
  replies,
  requests,
  responses,
  results,
} from '@waybill/schemas/topics'
import type { LogRecord } from '@waybill/runtime/log'
import type { Reading } from '../connection.ts'
import { readAt, scan } from '../scan.ts'
import type { Evidence, RequestNote, UnsentNote } from './evidence.ts'
import { noteOfDeadLetter, noteOfReply, noteOfRequest, noteOfResponse, noteOfUnsent } from './evidence.ts'

/** Of each kind of record: a request that is sent again and again has the same story. */
const mostKept = 1_000

/** A list that stops growing. */
function kept<Item>(): { readonly items: Item[]; readonly add: (item: Item) => void } {
  const items: Item[] = []
  return {
    items,
    add(item) {
      if (items.length < mostKept) items.push(item)
    },
  }
}

type Names = (value: { readonly tenant: string; readonly id: string }) => boolean

/** The name that was asked for; without a tenant, that id at every tenant. */
export const namesRequest =
  (id: string, tenant: string | undefined): Names =>
  (value) =>
    value.id === id && (tenant === undefined || value.tenant === tenant)

interface Search {
  readonly reading: Reading
  readonly everywhere: readonly number[]
  readonly names: Names
}

async function findDecisions({ reading, everywhere, names }: Search): Promise<{
  readonly found: readonly Decision[]
  readonly partitions: readonly number[]
}> {
  const found = kept<Decision>()
  const partitions = new Set<number>()
  await scan(reading, decisions, {
    partitions: everywhere,
    take({ value, partition }) {
      if (!names(value)) return
      found.add(value)
      partitions.add(partition)
    },
  })
  return { found: found.items, partitions: [...partitions] }
}

const keyIn =
  (keys: ReadonlySet<string>) =>
  ({ key }: LogRecord): boolean =>
    keys.has(key?.toString() ?? '')

const topicOf = (name: string): Topic<Request> | undefined => [requests, rekeyed].find((topic) => topic.name === name)

/** The records that decisions name, as far as they are still there. */
async function requestsAt(reading: Reading, coordinates: readonly string[]): Promise<readonly RequestNote[]> {
  const notes: RequestNote[] = []
  for (const each of new Set(coordinates)) {
    const [name = '', partition = '', offset = ''] = each.split('/')
    const topic = topicOf(name)
    const stored = topic === undefined ? undefined : await readAt(reading, topic, Number(partition), Number(offset))
    if (stored !== undefined) notes.push(noteOfRequest(stored.value, each, stored.timestamp))
  }
  return notes
}

/** Where no decision names them: all records are looked at. */
async function searchRequests({
  reading,
  everywhere,
  names,
}: Search): Promise<readonly (RequestNote & Pick<Request, 'tenant'>)[]> {
  const found = kept<RequestNote & Pick<Request, 'tenant'>>()
  await scan(reading, requests, {
    partitions: everywhere,
    take({ value, partition, offset, timestamp }) {
      if (!names(value)) return
      const note = noteOfRequest(value, `${requests.name}/${partition}/${offset}`, timestamp)
      found.add({ ...note, tenant: value.tenant })
    },
  })
  return found.items
}

/** Attempts without a call have no cost. Results are large, so they are read only where attempts are missing. */
async function findUnsent(
  reading: Reading,
  partitions: readonly number[],
  hashes: ReadonlySet<string>,
  claims: ReadonlySet<string>,
): Promise<readonly UnsentNote[]> {
  const unsent = kept<UnsentNote>()
  await scan(reading, results, {
    partitions,
    wants: keyIn(hashes),
    take: ({ value }) => {
      const note = claims.has(value.dispatch.claim) ? noteOfUnsent(value) : undefined
      if (note !== undefined) unsent.add(note)
    },
  })
  return unsent.items
}

/** What the chains of some decisions have done. */
async function chainsOf(
  reading: Reading,
  own: readonly Decision[],
  partitions: readonly number[],
): Promise<Pick<Evidence, 'others' | 'costs' | 'unsent' | 'responses'>> {
  const claims = new Set(own.flatMap(({ claim }) => claim ?? []))
  const hashes = new Set(own.flatMap(({ hash }) => hash ?? []))
  const [others, paid, ends] = [kept<Decision>(), kept<Cost>(), kept<Evidence['responses'][number]>()]
  const isOwn = ({ tenant, id }: Decision): boolean => own.some((each) => each.tenant === tenant && each.id === id)
  if (claims.size === 0) return { others: [], costs: [], unsent: [], responses: [] }
  await scan(reading, decisions, {
    partitions,
    wants: keyIn(claims),
    take: ({ value }) => {
      if (!isOwn(value)) others.add(value)
    },
  })
  await scan(reading, costs, {
    partitions,
    wants: keyIn(claims),
    take: ({ value }) => {
      paid.add(value)
    },
  })
  await scan(reading, responses, {
    partitions,
    wants: keyIn(hashes),
    take: ({ value }) => {
      if (claims.has(value.claim)) ends.add(noteOfResponse(value))
    },
  })
  const isTold = [...claims].every((claim) => {
    const attempts = ends.items.find((end) => end.claim === claim)?.attempts ?? Infinity
    return paid.items.filter((cost) => cost.claim === claim).length >= attempts
  })
  const unsent = isTold ? [] : await findUnsent(reading, partitions, hashes, claims)
  return { others: others.items, costs: paid.items, unsent, responses: ends.items }
}

const headerOf = ({ headers }: DeadLetter, name: string): string => Buffer.from(headers[name] ?? []).toString()

async function findDeadLetters(
  { reading, everywhere, names }: Search,
  coordinates: ReadonlySet<string>,
): Promise<readonly { readonly tenant: string; readonly note: Evidence['deadLetters'][number] }[]> {
  const found = kept<{ readonly tenant: string; readonly note: Evidence['deadLetters'][number] }>()
  await scan(reading, deadLetters, {
    partitions: everywhere,
    take({ value, timestamp }) {
      const note = noteOfDeadLetter(value, timestamp)
      const named = { tenant: headerOf(value, 'tenant'), id: headerOf(value, 'id') }
      if (names(named) || coordinates.has(note.coordinates)) found.add({ tenant: named.tenant, note })
    },
  })
  return found.items
}

/** Decisions are gone after 30 days, and a request that nobody has read yet has none. */
async function withoutDecisions(search: Search): Promise<{
  readonly asked: readonly (RequestNote & Pick<Request, 'tenant'>)[]
  readonly paid: readonly Cost[]
}> {
  const paid = kept<Cost>()
  const asked = await searchRequests(search)
  await scan(search.reading, costs, {
    partitions: search.everywhere,
    take: ({ value }) => {
      if (search.names(value)) paid.add(value)
    },
  })
  return { asked, paid: paid.items }
}

/** Anyone may write it, to any partition; a deployment of an older build has no such topic. */
async function findFeedback({ reading, names }: Search): Promise<readonly Feedback[]> {
  const said = kept<Feedback>()
  const count = (await reading.log.partitionCounts([feedback.name])).get(feedback.name) ?? 0
  await scan(reading, feedback, {
    partitions: Array.from({ length: count }, (_, partition) => partition),
    take: ({ value }) => {
      if (names(value)) said.add(value)
    },
  })
  return said.items.toSorted((one, other) => one.at - other.at)
}

const of = <Item extends { readonly tenant: string }>(items: readonly Item[], who: string): readonly Item[] =>
  items.filter(({ tenant }) => tenant === who)

/** One body of evidence for each tenant that has such a request. */
export async function gather(reading: Reading, id: string, tenant: string | undefined): Promise<readonly Evidence[]> {
  const count = (await reading.log.partitionCounts([decisions.name])).get(decisions.name) ?? 0
  const names = namesRequest(id, tenant)
  const search = { reading, names, everywhere: Array.from({ length: count }, (_, partition) => partition) }
  const { found, partitions } = await findDecisions(search)
  const where = found.length === 0 ? search.everywhere : partitions
  const answers = kept<Evidence['replies'][number]>()
  await scan(reading, replies, {
    partitions: where,
    wants: ({ key }) => key === null || key.toString().endsWith(`/${id}`),
    take: ({ value }) => {
      if (names(value)) answers.add(noteOfReply(value))
    },
  })
  const { asked, paid } = found.length === 0 ? await withoutDecisions(search) : { asked: [], paid: [] }
  const dead = await findDeadLetters(search, new Set(found.map(({ request }) => request)))
  const said = await findFeedback(search)
  const tenants = new Set([...found, ...answers.items, ...asked, ...paid, ...dead].map((each) => each.tenant))
  return Promise.all(
    [...tenants].map(async (who) => {
      const own = of(found, who)
      const chains = await chainsOf(reading, own, partitions)
      return {
        tenant: who,
        id,
        requests:
          own.length === 0
            ? of(asked, who)
            : await requestsAt(
                reading,
                own.map(({ request }) => request),
              ),
        decisions: own,
        ...chains,
        costs: own.length === 0 ? of(paid, who) : chains.costs,
        replies: of(answers.items, who),
        deadLetters: of(dead, who).map(({ note }) => note),
        feedback: of(said, who),
      }
    }),
  )
}
