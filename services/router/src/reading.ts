// The answer of a claim: of this process, else of the cache, else of the log. Only exact coordinates, key and claim are one.
import type { Response } from '@waybill/schemas/generated/response'
import type { AnswerCache } from '@waybill/runtime/answer-cache'
import type { Clock } from '@waybill/runtime/clock'
import type { Log } from '@waybill/runtime/log'
import type { Answers } from './answers.ts'
import type { Read, ReadDone } from './reducer/prepared.ts'

interface Sources {
  readonly log: Pick<Log, 'readOne'>
  /** null where it is no response. Rejects where nobody can say now. */
  readonly decode: (value: Buffer | null) => Promise<Response | null>
  readonly clock: Clock
  readonly cache?: AnswerCache
}

type Found = Pick<ReadDone, 'response' | 'bytes'>

const retryMs = 500

/** Reports the answer, or that there is none any more; later, where nobody can say now. */
export async function readAnswer(
  sources: Sources,
  answers: Answers,
  wanted: Read,
  report: (done: ReadDone) => void,
): Promise<void> {
  const { hash, claim } = wanted
  const kept = answers.find(hash, claim)
  if (kept !== undefined) {
    report({ hash, claim, ...kept })
    return
  }
  try {
    report({ hash, claim, ...((await readCache(sources, wanted)) ?? (await readLog(sources, wanted))) })
  } catch {
    // The log does not answer now, or the registry: the asks wait, at most until their deadlines.
    sources.clock.schedule(retryMs, () => void readAnswer(sources, answers, wanted, report))
  }
}

/** A cached answer is one only for exactly this hash and claim: a cache may be old, shared, or restored. */
async function readCache({ cache, decode }: Sources, { hash, claim }: Read): Promise<Found | null> {
  const bytes = (await cache?.get(hash)) ?? null
  const response = bytes === null ? null : await decode(bytes)
  const isOurs = response?.hash === hash && response.claim === claim
  return bytes === null || !isOurs ? null : { response, bytes: bytes.length }
}

async function readLog({ log, decode }: Sources, { hash, claim, where }: Read): Promise<Found> {
  const [topic = '', partition = '', offset = ''] = where.split('/')
  const record = await log.readOne(topic, Number(partition), Number(offset))
  if (record === null || String(record.key) !== hash) return { response: null, bytes: 0 }
  const response = await decode(record.value)
  return { response: response?.claim === claim ? response : null, bytes: record.value?.length ?? 0 }
}
