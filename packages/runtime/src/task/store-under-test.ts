// A store for tests of reducers: it needs no schema.
import { deserialize, serialize } from 'node:v8'
import type { StateRules } from './stage.ts'
import { Store } from './store.ts'

export const storeUnderTest = <State>(rules: StateRules<State>): Store<State> =>
  new Store<State>({
    rules,
    packing: {
      encode: (state) => serialize(state),
      decode(bytes) {
        const state: State = deserialize(bytes)
        return state
      },
    },
    processId: 'under-test',
    settings: { decodedEntries: 2, chunkBytes: 4_096 },
  })
