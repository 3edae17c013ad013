// What anybody in the process may listen to, by node:diagnostics_channel: metrics do. Where nobody listens it costs nothing.
import { channel } from 'node:diagnostics_channel'
import type { TaskEvent } from '../task/task.ts'

export interface Channel<Message> {
  /** Whether anybody listens: what is made for listeners alone need not be made. */
  readonly isHeard: boolean
  publish(message: Message): void
  /** @returns what ends it */
  subscribe(hear: (message: Message) => void): () => void
}

/** Nobody else publishes to a channel of ours. */
const isOf = <Message>(_channel: Channel<Message>, _message: unknown): _message is Message => true

function open<Message>(name: string): Channel<Message> {
  const own = channel(name)
  const opened: Channel<Message> = {
    get isHeard() {
      return own.hasSubscribers
    },
    publish(message) {
      own.publish(message)
    },
    subscribe(hear) {
      const listener = (message: unknown): void => {
        try {
          if (isOf(opened, message)) hear(message)
        } catch {
          // Node would end the process, for the sake of who only listens.
        }
      }
      own.subscribe(listener)
      return () => {
        own.unsubscribe(listener)
      }
    },
  }
  return opened
}

/** A record that a transaction has written, before it was encoded: it holds content, so it is counted and never shown. */
export interface Written {
  readonly topic: string
  readonly value: unknown
}

/** A transaction of a task that is known to be committed. */
export interface Committed {
  readonly group: string
  readonly partition: number
  /** Events that were stepped in it. */
  readonly events: number
  /** From its first request to the broker to the broker's last answer. */
  readonly tookMs: number
  readonly written: readonly Written[]
}

/** The group has said which tasks are ours. */
export interface Assigned {
  readonly group: string
  readonly partitions: readonly number[]
}

/** waybill:committed */
export const committed = open<Committed>('waybill:committed')
/** waybill:task, the life of every task */
export const taskEvents = open<TaskEvent>('waybill:task')
/** waybill:assigned */
export const assigned = open<Assigned>('waybill:assigned')

/** Calls back with every record that the tasks of a group have written, once it is known to be committed. */
export function onWritten(group: string, hear: (topic: string, value: unknown) => void): void {
  committed.subscribe(({ group: by, written }) => {
    if (by === group) for (const { topic, value } of written) hear(topic, value)
  })
}
