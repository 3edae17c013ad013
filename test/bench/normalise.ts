// The normaliser's judgement of an answer: the vendor's body, in our shape, checked against the caller's schema in its
// thread.
import type { ApiName } from '@waybill/providers/conformance/given'
import { apiNames, requestWith, targetFor } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import type { Result } from '@waybill/schemas/generated/result'
import { systemClock } from '@waybill/runtime/clock'
import { resultOf } from '@waybill/normaliser/given'
import { judge } from '@waybill/normaliser/judging'
import { validationThread } from '@waybill/normaliser/service'
import type { Validate } from '@waybill/normaliser/judging'
import { validating } from '@waybill/normaliser/validating'
import { percentileOf } from '@waybill/cli/demo/account'

interface Figures {
  /** Processor time of an answer, of all threads together. */
  readonly cpuUs: number
  /** From the body to the judgement, one answer after the other. */
  readonly p50Us: number
  readonly p99Us: number
}

export interface NormaliseResult {
  readonly api: string
  /** Of the body, as the vendor sends it. */
  readonly bytes: number
  readonly properties: number
  readonly figures: Figures
}

const aimedBytes = 2_048
const properties = 20
const words = 'the delivery left the northern depot and was weighed at the bridge before it went on '

const kinds = [
  { type: 'string', minLength: 1, maxLength: 500 },
  { type: 'integer', minimum: 0 },
  { type: 'string', enum: ['standard', 'express', 'night'] },
  { type: 'array', items: { type: 'string' }, maxItems: 5 },
] as const
const schema = JSON.stringify({
  type: 'object',
  properties: Object.fromEntries(
    Array.from({ length: properties }, (_, index) => [`field${index}`, kinds[index % kinds.length]]),
  ),
  required: Array.from({ length: properties }, (_, index) => `field${index}`),
  additionalProperties: false,
})

function outputOf(length: number, answer: number): string {
  const text = words.repeat(10).slice(0, Math.max(1, Math.floor(length / 5)))
  const values = [text, answer, 'express', ['depot', 'bridge']]
  return JSON.stringify(
    Object.fromEntries(Array.from({ length: properties }, (_, index) => [`field${index}`, values[index % 4]])),
  )
}

const textOf = (length: number, answer: number): string =>
  `${answer} ${words.repeat(Math.ceil(length / words.length))}`.slice(0, length)

const bodyWith = (api: ApiName, text: string): Buffer => Buffer.from(JSON.stringify(bodyOf(api, { text: [text] })))

/** A body of the aimed size: what the vendor adds of its own is taken off the text. */
function sizedBody(api: ApiName, said: (length: number, answer: number) => string, answer: number): Buffer {
  let length = aimedBytes
  for (let tries = 0; tries < 4; tries++) length += aimedBytes - bodyWith(api, said(length, answer)).length
  return bodyWith(api, said(length, answer))
}

const resultsOf = (api: ApiName, hasSchema: boolean): readonly Result[] =>
  Array.from({ length: 200 }, (_, answer) =>
    resultOf({
      dispatch: { target: targetFor(api) },
      outcome: { body: sizedBody(api, hasSchema ? outputOf : textOf, answer) },
    }),
  )

async function measured(count: number, run: (index: number) => Promise<void>): Promise<Figures> {
  const times: number[] = []
  const before = process.cpuUsage()
  for (let index = 0; index < count; index++) {
    const from = process.hrtime.bigint()
    await run(index)
    times.push(Number(process.hrtime.bigint() - from) / 1_000)
  }
  const { user, system } = process.cpuUsage(before)
  const cpuUs = Math.round((10 * (user + system)) / count) / 10
  return { cpuUs, p50Us: percentileOf(times, 0.5), p99Us: percentileOf(times, 0.99) }
}

async function benchOne(api: ApiName, hasSchema: boolean, count: number, validate: Validate): Promise<NormaliseResult> {
  const request = requestWith({ outputSchema: hasSchema ? schema : null })
  const results = resultsOf(api, hasSchema)
  const run = async (index: number): Promise<void> => {
    const result = results[index % results.length]
    if (result === undefined || (await judge(result, request, validate)).kind !== 'answer')
      throw new Error(`An answer of ${api} was not taken.`)
  }
  await measured(3_000, run)
  const figures = await measured(count, run)
  const bytes = results[0]?.outcome.body?.length ?? 0
  return { api, bytes, properties: hasSchema ? properties : 0, figures }
}

export async function benchNormalise(
  answers: number,
  progress: (line: string) => void,
): Promise<readonly NormaliseResult[]> {
  const thread = validationThread()
  const validate = validating((check) => thread.ask(check), systemClock)
  const results: NormaliseResult[] = []
  for (const hasSchema of [false, true])
    for (const api of apiNames) {
      progress(`${api}, ${hasSchema ? `a schema of ${properties} properties` : 'no schema'}`)
      results.push(await benchOne(api, hasSchema, answers, validate))
    }
  await thread.close()
  return results
}
