// What can be followed, and how it comes.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Response } from '@waybill/schemas/generated/response'
import type { Topic } from '@waybill/schemas/topics'
import { costs, decisions, feedback, replies, responses } from '@waybill/schemas/topics'

/** A record of a topic that a subscriber gets. */
export interface Received<Value> {
  readonly value: Value
  readonly partition: number
  readonly offset: number
  /** Append time, epoch milliseconds. */
  readonly timestamp: number
}

export interface Subscriptions {
  readonly replies: Reply
  readonly responses: Response
  readonly decisions: Decision
  readonly costs: Cost
  readonly feedback: Feedback
}

export const subscribable: { readonly [Name in keyof Subscriptions]: Topic<Subscriptions[Name]> } = {
  replies,
  responses,
  decisions,
  costs,
  feedback,
}
