// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Constraints } from './constraints.ts'
import type { Idempotency } from './idempotency.ts'
import type { Message } from './message.ts'
import type { Priority } from './priority.ts'
import type { Reasoning } from './reasoning.ts'
import type { Sampling } from './sampling.ts'
import type { Tool } from './tool.ts'
import type { ToolChoice } from './tool-choice.ts'
import type { RecordSchema } from '../record-schema.ts'

/** One request for work, whichever provider will do it. (tenant, id) names it. */
export interface Request {
  /** Who asks. At most 128 characters. */
  readonly tenant: string
  /** The request's own name, unique for its tenant. At most 256 characters. */
  readonly id: string
  /** The conversation so far, oldest first. */
  readonly messages: readonly Message[]
  /** Functions that the model may ask for. Names are unique. */
  readonly tools: readonly Tool[]
  /** Whether tools may, must or must not be used; absent means auto. */
  readonly toolChoice: ToolChoice | null
  /** Whether several tools may be asked for at once; absent means the vendor's default. */
  readonly parallelToolCalls: boolean | null
  /** JSON Schema that the answer must satisfy, as JSON text. */
  readonly outputSchema: string | null
  /** What kind of work this is (extraction, summary, internal-tool, reasoning, …); inferred when absent. */
  readonly taskClass: string | null
  /** The caller needs the reply within this many milliseconds of the record's append time; absent means 60,000. */
  readonly latencyBudgetMs: number | null
  /** The most that one answer may cost, in millionths of a US dollar. */
  readonly costCeilingMicroUsd: number | null
  /** The model that the caller would have used: the baseline of savings, and what is served where a policy does not enforce. */
  readonly requestedModel: string | null
  /** Where the work may be done. */
  readonly constraints: Constraints | null
  /** Most tokens of output, reasoning included. */
  readonly maxOutputTokens: number | null
  /** How much the model may think. */
  readonly reasoning: Reasoning | null
  /** Sampling settings. */
  readonly sampling: Sampling | null
  /** From the last reply of this conversation: keeps it where its cache and its signatures are. */
  readonly affinity: string | null
  /** Indexes of messages after which the prefix is stable and worth caching. */
  readonly cachePoints: readonly number[]
  /** What makes two requests the same work. */
  readonly idempotency: Idempotency
  /** The key for idempotency key; absent means the id. */
  readonly idempotencyKey: string | null
  /** Independent samples of one prompt differ by this index. */
  readonly sampleIndex: number
  /** Another topic for the reply, where policy allows it. */
  readonly replyTo: string | null
  /** Served before others, or after. */
  readonly priority: Priority
  /** Copied to the cost record, for reports. Not part of the content hash. */
  readonly labels: Readonly<Record<string, string>>
  /** Copied to the reply. Not part of the content hash. */
  readonly metadata: Readonly<Record<string, string>>
  /** When the caller made it, epoch milliseconds; for the caller's own use. */
  readonly createdAt: number | null
}

export const requestRecord: RecordSchema<Request> = {
  name: 'Request',
  avro: '{"type":"record","namespace":"waybill","name":"Request","doc":"One request for work, whichever provider will do it. (tenant, id) names it.","fields":[{"name":"tenant","type":"string","doc":"Who asks. At most 128 characters."},{"name":"id","type":"string","doc":"The request\'s own name, unique for its tenant. At most 256 characters."},{"name":"messages","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"Message","doc":"One turn of the conversation.","fields":[{"name":"role","type":{"type":"enum","namespace":"waybill","name":"Role","doc":"Who speaks in a turn. A value that a reader does not know reads as other.","symbols":["system","developer","user","assistant","tool","other"],"default":"other"},"doc":"Who speaks."},{"name":"parts","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"Part","doc":"One piece of a turn. Which members are set depends on the kind; a reader passes on kinds that it does not know.","fields":[{"name":"kind","type":"string","doc":"text, image, toolCall, toolResult, reasoning or opaque; more may come."},{"name":"text","type":["null","string"],"default":null,"doc":"The text of a text part, or what a tool returned."},{"name":"json","type":["null","string"],"default":null,"doc":"JSON. toolCall: {\\"id\\",\\"name\\",\\"arguments\\"}; toolResult: {\\"callId\\",\\"name\\"?,\\"isError\\"?}."},{"name":"media","type":["null",{"type":"record","namespace":"waybill","name":"Media","doc":"Bytes of another kind than text, inline or by reference.","fields":[{"name":"mimeType","type":"string","doc":"IANA media type, for example image/png."},{"name":"data","type":["null","bytes"],"default":null,"doc":"The bytes, inline."},{"name":"uri","type":["null","string"],"default":null,"doc":"Where the bytes are, when they are not inline."}]}],"default":null,"doc":"The media of an image part."},{"name":"opaque","type":["null","string"],"default":null,"doc":"JSON that only its vendor understands, such as a thought signature: {\\"provider\\",\\"value\\"}. Sent back as it came."}]}},"doc":"What is said, in order."}]}},"doc":"The conversation so far, oldest first."},{"name":"tools","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"Tool","doc":"A function that the model may ask the caller to run.","fields":[{"name":"name","type":"string","doc":"What the caller calls it. A name that a vendor refuses is mapped, and mapped back in the reply."},{"name":"description","type":["null","string"],"default":null,"doc":"What it does, for the model."},{"name":"parameters","type":"string","doc":"JSON Schema of its arguments, as JSON text."}]}},"default":[],"doc":"Functions that the model may ask for. Names are unique."},{"name":"toolChoice","type":["null",{"type":"record","namespace":"waybill","name":"ToolChoice","doc":"Whether tools may, must or must not be used.","fields":[{"name":"kind","type":{"type":"enum","namespace":"waybill","name":"ToolChoiceKind","doc":"How the model may use tools: auto (it decides), none, required (at least one), tool (the named one).","symbols":["auto","none","required","tool","other"],"default":"other"},"doc":"The choice."},{"name":"name","type":["null","string"],"default":null,"doc":"Which tool, when kind is tool."}]}],"default":null,"doc":"Whether tools may, must or must not be used; absent means auto."},{"name":"parallelToolCalls","type":["null","boolean"],"default":null,"doc":"Whether several tools may be asked for at once; absent means the vendor\'s default."},{"name":"outputSchema","type":["null","string"],"default":null,"doc":"JSON Schema that the answer must satisfy, as JSON text."},{"name":"taskClass","type":["null","string"],"default":null,"doc":"What kind of work this is (extraction, summary, internal-tool, reasoning, …); inferred when absent."},{"name":"latencyBudgetMs","type":["null","int"],"default":null,"doc":"The caller needs the reply within this many milliseconds of the record\'s append time; absent means 60,000."},{"name":"costCeilingMicroUsd","type":["null","long"],"default":null,"doc":"The most that one answer may cost, in millionths of a US dollar."},{"name":"requestedModel","type":["null","string"],"default":null,"doc":"The model that the caller would have used: the baseline of savings, and what is served where a policy does not enforce."},{"name":"constraints","type":["null",{"type":"record","namespace":"waybill","name":"Constraints","doc":"Where the work may be done. A policy sets them for a tenant; a request can only narrow them. They hold for backups and the default route too.","fields":[{"name":"providers","type":{"type":"array","items":"string"},"default":[],"doc":"Providers that may be used; empty means any."},{"name":"regions","type":{"type":"array","items":"string"},"default":[],"doc":"Regions that may be used; empty means any."},{"name":"retention","type":["null","string"],"default":null,"doc":"What a provider may keep: none, or a name that the policy knows."},{"name":"accounts","type":{"type":"array","items":"string"},"default":[],"doc":"Accounts that may be used: default, or names of the policy\'s; empty means any."}]}],"default":null,"doc":"Where the work may be done."},{"name":"maxOutputTokens","type":["null","int"],"default":null,"doc":"Most tokens of output, reasoning included."},{"name":"reasoning","type":["null",{"type":"record","namespace":"waybill","name":"Reasoning","doc":"How much the model may think before it answers.","fields":[{"name":"effort","type":["null","string"],"default":null,"doc":"none, minimal, low, medium, high, xhigh or max; mapped to the vendor\'s own scale."},{"name":"maxTokens","type":["null","int"],"default":null,"doc":"Most tokens to think with, where the model takes such a limit."}]}],"default":null,"doc":"How much the model may think."},{"name":"sampling","type":["null",{"type":"record","namespace":"waybill","name":"Sampling","doc":"Sampling settings. A model that lacks one serves all the same and the reply lists it under ignored, unless it is required.","fields":[{"name":"temperature","type":["null","double"],"default":null,"doc":"From 0 up."},{"name":"topP","type":["null","double"],"default":null,"doc":"Nucleus sampling, above 0 and at most 1."},{"name":"topK","type":["null","int"],"default":null,"doc":"Sample from the best K tokens."},{"name":"seed","type":["null","long"],"default":null,"doc":"For repeatable sampling, where a vendor offers it."},{"name":"frequencyPenalty","type":["null","double"],"default":null,"doc":"From -2 to 2."},{"name":"presencePenalty","type":["null","double"],"default":null,"doc":"From -2 to 2."},{"name":"stop","type":{"type":"array","items":"string"},"default":[],"doc":"Sequences that end the answer."},{"name":"required","type":{"type":"array","items":"string"},"default":[],"doc":"Names of settings above that the model must honour."}]}],"default":null,"doc":"Sampling settings."},{"name":"affinity","type":["null","string"],"default":null,"doc":"From the last reply of this conversation: keeps it where its cache and its signatures are."},{"name":"cachePoints","type":{"type":"array","items":"int"},"default":[],"doc":"Indexes of messages after which the prefix is stable and worth caching."},{"name":"idempotency","type":{"type":"enum","namespace":"waybill","name":"Idempotency","doc":"What makes two requests the same work: content (the content hash), key (the tenant and the idempotency key), none (never the same).","symbols":["content","key","none","other"],"default":"other"},"default":"content","doc":"What makes two requests the same work."},{"name":"idempotencyKey","type":["null","string"],"default":null,"doc":"The key for idempotency key; absent means the id."},{"name":"sampleIndex","type":"int","default":0,"doc":"Independent samples of one prompt differ by this index."},{"name":"replyTo","type":["null","string"],"default":null,"doc":"Another topic for the reply, where policy allows it."},{"name":"priority","type":{"type":"enum","namespace":"waybill","name":"Priority","doc":"interactive is served first; background may wait.","symbols":["interactive","background","other"],"default":"other"},"default":"interactive","doc":"Served before others, or after."},{"name":"labels","type":{"type":"map","values":"string"},"default":{},"doc":"Copied to the cost record, for reports. Not part of the content hash."},{"name":"metadata","type":{"type":"map","values":"string"},"default":{},"doc":"Copied to the reply. Not part of the content hash."},{"name":"createdAt","type":["null","long"],"default":null,"doc":"When the caller made it, epoch milliseconds; for the caller\'s own use."}]}',
}
