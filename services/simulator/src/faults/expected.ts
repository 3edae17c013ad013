// What a caller must see of each fault. A fault without a line here fails the test of the registry.
import { gunzipSync } from 'node:zlib'
import { argumentsIn, callsIn, finishIn, textIn, usageIn } from './hearing.ts'
import { at, jsonIn } from '../given.ts'
import type { Heard, Wish } from '../given.ts'
import { isObject, parseJson } from '../json.ts'
import type { ApiName } from '../apis/vendor.ts'

export interface Check {
  /** Parameters to command. */
  readonly with?: string
  readonly wish?: Wish
  readonly patienceMs?: number
  readonly holds: (answer: Heard, api: ApiName) => boolean | Promise<boolean>
}

const json: Wish = { schema: true }
const tool: Wish = { tools: 'forced' }
const status = (...expected: readonly number[]): Check => ({
  holds: (answer) =>
    answer.status !== null && expected.includes(answer.status) && isObject(at(jsonIn(answer), 'error')),
})
const waits = (pattern: RegExp): Check => ({
  holds: (answer) => [429, 503].includes(answer.status ?? 0) && pattern.test(waitOf(answer)),
})
/** What the vendor says about coming back, wherever it says it. */
function waitOf(answer: Heard): string {
  const details = JSON.stringify(at(jsonIn(answer), 'error.details') ?? '')
  return `${answer.headers['retry-after'] ?? ''}|${/"retryDelay":"(\d+)s"/u.exec(details)?.[1] ?? ''}|`
}

const page = (code: number): Check => ({
  holds: (answer) => answer.status === code && answer.body.toString().startsWith('<html>'),
})
const said = (code: string): Check => ({
  holds: (answer) => [400, 402, 429].includes(answer.status ?? 0) && new RegExp(code, 'u').test(answer.body.toString()),
})
const ok = (answer: Heard): boolean => answer.status === 200 && answer.failure === null
const text = (wish: Wish, holds: (text: string, answer: Heard) => boolean): Check => ({
  wish,
  holds: (answer, api) => ok(answer) && holds(textIn(answer, api), answer),
})
const finished = (pattern: RegExp, wish: Wish = {}): Check => ({
  wish,
  holds: (answer, api) => ok(answer) && pattern.test(finishIn(answer, api)),
})
const calls = (holds: (calls: readonly unknown[], api: ApiName) => boolean): Check => ({
  wish: tool,
  holds: (answer, api) => ok(answer) && holds(callsIn(answer, api), api),
})
const usage = (holds: (usage: string) => boolean): Check => ({
  holds: (answer, api) => ok(answer) && holds(JSON.stringify(usageIn(answer, api) ?? null)),
})
const broken = (code: RegExp, sent: 'nothing' | 'something'): Check => ({
  holds: (answer) => code.test(answer.failure ?? '') && (answer.status === null) === (sent === 'nothing'),
})
const hanging = (holds: (answer: Heard) => boolean): Check => ({
  patienceMs: 250,
  holds: (answer) => answer.failure === 'gave up' && holds(answer),
})
const isText = (args: unknown): boolean => typeof args === 'string' && !isObject(parseJson(args))

export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['rate-limit', waits(/^2\||\|2\|$/u)],
  ['rate-limit-silent', waits(/^\|\|$/u)],
  ['slow-down', waits(/^2\|/u)],
  ['ramp-limit', waits(/^2\|/u)],
  ['quota-exhausted', said('insufficient_quota|enforced_spend_limit_reached|PerDay')],
  ['credit-exhausted', said('credit_balance_exhausted|credit balance is too low')],
  ['spend-limit', said('spend_limit_(?:exceeded|reached)')],
  ['billing', said('billing|Billing')],
  ['auth-invalid', status(401, 400)],
  ['auth-missing', status(401, 400)],
  ['permission-denied', status(403)],
  ['model-missing', status(404, 400)],
  ['context-too-long', status(400)],
  ['input-blocked', status(400)],
  ['invalid-request', status(400)],
  ['body-too-large', status(413)],
  ['request-timeout', status(408)],
  ['server-error', status(500)],
  ['unavailable', status(503)],
  ['overloaded', status(529)],
  ['deadline-exceeded', status(504)],
  ['gateway-502', page(502)],
  ['gateway-503', page(503)],
  ['gateway-504', page(504)],
  ['html-200', page(200)],
  ['error-body-200', status(200)],
  ['empty-200', { holds: (answer) => ok(answer) && answer.body.length === 0 }],
  ['null-200', { holds: (answer) => ok(answer) && answer.body.toString() === 'null' }],
  ['cut-json', { holds: (answer) => ok(answer) && answer.body.length > 20 && jsonIn(answer) === undefined }],
  ['cut-body', broken(/ECONNRESET/u, 'something')],
  ['disconnect', broken(/ECONNRESET/u, 'nothing')],
  ['reset', broken(/ECONNRESET/u, 'nothing')],
  ['reset-after-headers', broken(/ECONNRESET/u, 'something')],
  ['reset-mid-body', broken(/ECONNRESET/u, 'something')],
  ['hang', hanging((answer) => answer.status === null)],
  ['hang-after-headers', hanging((answer) => answer.status === 200 && answer.body.length === 0)],
  ['hang-mid-body', hanging((answer) => answer.status === 200 && answer.body.length > 0)],
  [
    'slow-drip',
    { with: ';bytes=40;every-ms=1', holds: (answer) => ok(answer) && answer.chunks > 5 && isObject(jsonIn(answer)) },
  ],
  ['gzip', { holds: (answer) => isObject(parseJson(gunzipSync(answer.body).toString())) }],
  ['gzip-lie', { holds: (answer) => answer.headers['content-encoding'] === 'gzip' && isObject(jsonIn(answer)) }],
  [
    'gzip-bomb',
    {
      with: ';megabytes=3',
      holds: (answer) => answer.body.length < 20_000 && gunzipSync(answer.body).length > 3 * 1_048_576,
    },
  ],
  [
    'huge-body',
    {
      with: ';megabytes=2',
      holds: (answer) => ok(answer) && answer.body.length > 2 * 1_048_576 && isObject(jsonIn(answer)),
    },
  ],
  [
    'deep-body',
    {
      holds: (answer) =>
        ok(answer) && answer.body.toString().startsWith('{"a":{"a":') && answer.body.length > 1_000_000,
    },
  ],
  ['invalid-utf8', { holds: (answer) => ok(answer) && answer.body.includes(0xff) && isObject(jsonIn(answer)) }],
  ['header-flood', { holds: (answer) => /HEADER_OVERFLOW/u.test(answer.failure ?? '') }],
  ['wrong-content-type', { holds: (answer) => ok(answer) && answer.headers['content-type'] === 'text/plain' }],
  ['retry-after-200', { holds: (answer) => ok(answer) && answer.headers['retry-after'] === '25' }],
  ['refusal', finished(/refusal|SAFETY/u, json)],
  ['soft-refusal', text(json, (each) => each.startsWith("I'm sorry"))],
  ['refusal-in-json', text(json, (each) => /I'm sorry/u.test(each) && isObject(parseJson(each)))],
  ['content-filter', finished(/content_filter|SAFETY/u)],
  [
    'prompt-blocked',
    {
      holds: (answer) =>
        at(jsonIn(answer), 'promptFeedback.blockReason') === 'PROHIBITED_CONTENT' &&
        at(jsonIn(answer), 'candidates') === undefined,
    },
  ],
  ['blocked-finish', finished(/RECITATION/u)],
  [
    'empty-answer',
    text(
      {},
      (each, answer) => each === '' && /"(?:candidates|choices|content|output)":\[\]/u.test(answer.body.toString()),
    ),
  ],
  ['null-content', text({}, (each) => each === '')],
  ['malformed-function-call', finished(/MALFORMED_FUNCTION_CALL/u, tool)],
  ['malformed-response', finished(/MALFORMED_RESPONSE/u)],
  ['too-many-tool-calls', finished(/TOO_MANY_TOOL_CALLS/u, tool)],
  ['truncated', finished(/^(?:length|max_output_tokens|max_tokens|MAX_TOKENS)$/u)],
  [
    'truncated-empty',
    text(
      {},
      (each, answer) => each === '' && /length|max_output_tokens|max_tokens|MAX_TOKENS/u.test(answer.body.toString()),
    ),
  ],
  ['context-full', finished(/model_context_window_exceeded/u)],
  ['unknown-finish', finished(/brand_new_reason/u)],
  ['pause-turn', finished(/pause_turn/u)],
  ['continuation', finished(/CONTINUATION/u)],
  [
    'status-failed',
    {
      holds: (answer) =>
        at(jsonIn(answer), 'status') === 'failed' && at(jsonIn(answer), 'error.code') === 'server_error',
    },
  ],
  ['status-incomplete', { holds: (answer) => at(jsonIn(answer), 'incomplete_details.reason') === 'content_filter' }],
  [
    'status-queued',
    { holds: (answer) => at(jsonIn(answer), 'status') === 'queued' && at(jsonIn(answer), 'usage') === null },
  ],
  ['status-in-progress', { holds: (answer) => at(jsonIn(answer), 'status') === 'in_progress' }],
  ['fenced-json', text(json, (each) => /^```json\n\{[^`]*\}\n```$/u.test(each))],
  ['prose-json', text(json, (each) => /^Here .*\{.*\}.*more\.$/su.test(each))],
  ['broken-json', text(json, (each) => each.startsWith('{') && parseJson(each) === undefined)],
  ['schema-violation', text(json, (each) => each === '{"unexpected":[true]}')],
  ['deep-json', text(json, (each) => each.length === 400_000 && each.startsWith('[['))],
  ['odd-characters', text({}, (each) => each.includes('\u0000') && each.includes('\ud83d'))],
  ['split-text', { holds: (answer) => ok(answer) && (answer.body.toString().match(/"text":"/gu)?.length ?? 0) === 3 }],
  ['commentary', { holds: (answer) => at(jsonIn(answer), 'output.0.phase') === 'commentary' }],
  ['thoughts', { holds: (answer) => ok(answer) && /Considering what was asked/u.test(answer.body.toString()) }],
  ['strange-part', { holds: (answer) => ok(answer) && /holo/u.test(answer.body.toString()) }],
  [
    'drifted-model',
    {
      holds: (answer) =>
        String(at(jsonIn(answer), 'model') ?? at(jsonIn(answer), 'modelVersion')).endsWith('-2026-12-24'),
    },
  ],
  ['invalid-arguments', calls((each, api) => isText(argumentsIn(each[0], api)))],
  ['empty-arguments', calls((each, api) => ['', undefined].some((empty) => argumentsIn(each[0], api) === empty))],
  ['wrong-arguments', calls((each, api) => JSON.stringify(argumentsIn(each[0], api)).includes('unexpected'))],
  ['missing-tool-id', calls((each, api) => at(each[0], api === 'openai-responses' ? 'call_id' : 'id') === undefined)],
  ['same-tool-ids', calls((each) => each.length === 2 && JSON.stringify(each).split('same').length === 3)],
  ['unknown-tool', calls((each) => JSON.stringify(each).includes('undeclared_tool'))],
  ['unexpected-tool-call', finished(/UNEXPECTED_TOOL_CALL/u, tool)],
  [
    'parallel-wrapper',
    calls(
      (each) =>
        each.length === 1 &&
        ['multi_tool_use.parallel', 'functions.book_hotel'].every((word) => JSON.stringify(each).includes(word)),
    ),
  ],
  ['many-tool-calls', calls((each) => each.length === 10_000)],
  ['proto-keys', calls((each) => /__proto__/u.test(JSON.stringify(each)))],
  [
    'text-with-tools',
    {
      wish: tool,
      holds: (answer, api) => callsIn(answer, api).length > 0 && textIn(answer, api) === 'Let me look that up.',
    },
  ],
  ['invented-nulls', calls((each) => each.length > 0)],
  ['usage-missing', usage((each) => each === 'null')],
  ['usage-zero', usage((each) => !/[1-9]/u.test(each.replaceAll(/5m|1h/gu, '')))],
  ['usage-negative', usage((each) => /:-\d/u.test(each))],
  ['usage-huge', usage((each) => /:\d{16,}|e\+/u.test(each))],
  ['usage-fraction', usage((each) => /12\.5/u.test(each))],
  ['usage-parts', usage((each) => /:1000\b/u.test(each) && /:1?0\b|:100\b/u.test(each))],
])
