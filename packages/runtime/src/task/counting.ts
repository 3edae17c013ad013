// A small stage for tests: it counts records by key, repeats them, and doubles what its effects bring back.
import type { NormaliserState } from '@waybill/schemas/generated/normaliser-state'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Topic } from '@waybill/schemas/topics'
import { deadLetters, normaliserChangelog } from '@waybill/schemas/topics'
import type { Reducer, Stage, Step } from './stage.ts'

/** Text as a record: one field. */
interface Note {
  readonly text: string
}
export const noteRecord: RecordSchema<Note> = {
  name: 'Note',
  avro: '{"type":"record","namespace":"test","name":"Note","fields":[{"name":"text","type":"string"}]}',
}

interface CountState {
  readonly positions: NormaliserState['positions']
  readonly count: number
  readonly dueAt: number | null
}
const countRecord: RecordSchema<CountState> = {
  name: 'CountState',
  avro: JSON.stringify({
    type: 'record',
    namespace: 'test',
    name: 'CountState',
    fields: [
      ...JSON.parse(normaliserChangelog.value.avro).fields,
      { name: 'count', type: 'int', default: 0 },
      { name: 'dueAt', type: ['null', 'long'], default: null },
    ],
  }),
}

const topic = (name: string, rest: Partial<Topic<Note>> = {}): Topic<Note> => ({
  ...deadLetters,
  name,
  value: noteRecord,
  ...rest,
})
export const first = topic('first')
export const second = topic('second')
export const output = topic('output', { maxMessageBytes: 8_192 })
const changelog: Topic<CountState> = { ...normaliserChangelog, name: 'counting.changelog', value: countRecord }
export const countingTopics: readonly Topic[] = [first, second, output, changelog, deadLetters]

export type CountingStage = Stage<CountState, Note, string, string, null>

const say = (key: string, text: string): NonNullable<Step<CountState, string>['outputs']> => [
  { topic: output, key, value: { text } },
]

/** After how long what a note says is due. */
const delaysMs: Readonly<Record<string, number>> = { due: 50, hour: 3_600_000 }

const reducer: Reducer<CountState, Note, string, string, null> = {
  step(view, event, { now }) {
    switch (event.kind) {
      case 'takenOver':
        return {}
      case 'outcome':
        return { outputs: say('outcome', event.outcome) }
      case 'timer': {
        const state = view.get(event.key)
        if (state === undefined) return {}
        return { changes: [[event.key, { ...state, dueAt: null }]], outputs: say(event.key, 'timer') }
      }
      case 'unreadable':
        return { outputs: say('unreadable', event.reason) }
      case 'record': {
        const { text } = event.value
        if (text === 'quiet') return {}
        if (text === 'throw') throw new Error('the reducer throws')
        const { key } = event.arrival
        const count = (view.get(key)?.count ?? 0) + 1
        const delayMs = delaysMs[text]
        const dueAt = delayMs === undefined ? null : now + delayMs
        return {
          changes: [[key, { positions: null, count, dueAt }]],
          outputs: say(key, text === 'large' ? 'x'.repeat(20_000) : `${text} ${count}`),
          effects: text === 'effect' ? [key] : [],
        }
      }
    }
  },
  due: (_, { dueAt }) => dueAt,
}

/** @param run what an effect does */
export const countingStage = (run: CountingStage['run'] = () => undefined): CountingStage => ({
  group: 'counting',
  inputs: [first, second],
  changelog,
  reducer,
  prepare(value) {
    if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string')
      return { text: value.text }
    throw new Error('This is no note.')
  },
  tables: () => null,
  run,
})
