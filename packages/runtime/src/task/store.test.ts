import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StateRules } from './stage.ts'
import { Store } from './store.ts'

interface State {
  readonly text: string
  /** Seconds. */
  readonly due: number | null
  readonly open: boolean
}

const rules: StateRules<State> = {
  due: (_, { due }) => (due === null ? null : due * 1_000 + 999),
  groupOf: (key) => (key.includes('/') ? (key.split('/')[0] ?? null) : null),
  isOpen: (_, { open }) => open,
}

const storeOf = (decodedEntries: number, chunkBytes: number): Store<State> =>
  new Store<State>({
    rules,
    packing: {
      encode: (state) => Buffer.from(JSON.stringify(state)),
      decode(bytes) {
        const state: State = JSON.parse(bytes.toString())
        return state
      },
    },
    processId: 'me',
    settings: { decodedEntries, chunkBytes },
  })

const groups = ['a', 'ü', 'none']
const keys = [
  'alone',
  'claim',
  '',
  ...[1, 2, 3, 4, 5, 6].map((name) => `a/${name}`),
  'ü/1',
  'ü/𝄞',
  `ü/${'long'.repeat(300)}`,
]

type Act =
  | { readonly kind: 'set' | 'restore'; readonly key: string; readonly state: State | null }
  | { readonly kind: 'commit' | 'rollback' | 'clear' | 'takenOver' }
  | { readonly kind: 'pass'; readonly seconds: number }

const state = fc.record(
  {
    text: fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ minLength: 200, maxLength: 2_000 }),
      fc.nat({ max: 40_000 }).map((length) => 'x'.repeat(length)),
    ),
    due: fc.option(fc.nat({ max: 300 })),
    open: fc.boolean(),
  },
  { noNullPrototype: true },
)
const write = fc.record({
  kind: fc.constantFrom<'set' | 'restore'>('set', 'set', 'set', 'restore'),
  key: fc.constantFrom(...keys),
  state: fc.option(state, { freq: 4 }),
})
const acts = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: write },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant<'commit'>('commit') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom<'rollback' | 'takenOver'>('rollback', 'takenOver') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<'clear'>('clear') }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant<'pass'>('pass'), seconds: fc.nat({ max: 40 }) }) },
  ),
  { minLength: 1, maxLength: 120, size: 'max' },
)

/** What a store must hold, in plain maps. */
class Model {
  readonly committed = new Map<string, State>()
  readonly changes = new Map<string, State | null>()
  /** Keys that were found to be due, and have not been written since. */
  readonly found = new Set<string>()
  seconds = 0

  act(act: Act): void {
    switch (act.kind) {
      case 'set':
        this.changes.set(act.key, act.state)
        break
      case 'restore':
        this.#write(act.key, act.state)
        break
      case 'commit':
        for (const [key, change] of this.changes) this.#write(key, change)
        this.changes.clear()
        break
      case 'rollback':
        this.changes.clear()
        break
      case 'takenOver':
        this.found.clear()
        break
      case 'clear':
        this.changes.clear()
        this.committed.clear()
        this.found.clear()
        break
      case 'pass':
        this.seconds += act.seconds
    }
  }

  #write(key: string, written: State | null): void {
    this.found.delete(key)
    if (written === null) this.committed.delete(key)
    else this.committed.set(key, written)
  }

  get entries(): ReadonlyMap<string, State> {
    const entries = new Map(this.committed)
    for (const [key, change] of this.changes)
      if (change === null) entries.delete(key)
      else entries.set(key, change)
    return entries
  }
}

function perform(store: Store<State>, act: Act): void {
  if (act.kind === 'set' || act.kind === 'restore') store[act.kind](act.key, act.state)
  else if (act.kind !== 'pass') store[act.kind]()
}

/** Finds all that is due. */
function find(store: Store<State>, model: Model): void {
  const now = model.seconds * 1_000
  while (store.nextDue <= now) store.lookForDue(now)
  for (const { key, due } of store.takeSoon()) if (model.committed.get(key)?.due === due) model.found.add(key)
  for (const [key, { due }] of model.committed)
    if (due !== null && due <= model.seconds) assert.ok(model.found.has(key), `${key} is due, and was not found`)
}

function compare(store: Store<State>, model: Model): void {
  const { entries } = model
  assert.equal(store.size, model.committed.size)
  for (const key of keys) assert.deepEqual(store.get(key), entries.get(key))
  assert.deepEqual(new Map(store.entries()), entries)
  assert.deepEqual(new Map(store.open()), new Map([...entries].filter(([, { open }]) => open)))
  for (const group of groups)
    assert.deepEqual(
      store.under(group).toSorted(),
      [...entries.keys()].filter((key) => rules.groupOf?.(key) === group).toSorted(),
    )
}

test('whatever is set, committed, taken back and restored, a store holds it, and finds what is due', () => {
  fc.assert(
    fc.property(
      acts,
      fc.constantFrom(0, 1, 3, 100),
      fc.constantFrom(64, 512, 4_096, 1_048_576),
      (given, decoded, chunkBytes) => {
        const [store, model] = [storeOf(decoded, chunkBytes), new Model()]
        for (const act of given) {
          perform(store, act)
          model.act(act)
          find(store, model)
          compare(store, model)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('what is read or listed comes in an order that does not depend on how much is kept as objects', () => {
  fc.assert(
    fc.property(acts, (given) => {
      const [few, many] = [storeOf(0, 512), storeOf(1_000, 512)]
      for (const act of given)
        for (const store of [few, many]) {
          perform(store, act)
          store.get('a/1')
        }
      assert.deepEqual([...few.entries()], [...many.entries()])
      for (const group of groups) assert.deepEqual(few.under(group), many.under(group))
    }),
    { numRuns: 100 },
  )
})

test('given entries that come and go, some sooner and some later, memory stays near what is held', () => {
  const store = storeOf(0, 65_536)
  const text = 'x'.repeat(100)
  const live = 4_000
  let most = 0
  for (let index = 0; index < 200_000; index++) {
    store.set(`a/${index}`, { text, due: index, open: false })
    store.set(`a/${index}`, { text, due: index + live, open: false })
    // Three of four live for a little while only.
    store.set(`a/${index - (index % 4 === 0 ? live : 48)}`, null)
    if (index % 100 === 0) store.commit()
    most = Math.max(most, store.bytes)
  }
  store.commit()
  assert.ok(store.size < 1_200, `${store.size} entries`)
  assert.ok(most < 1_200 * 200 * 2.5, `${most} bytes`)
})

test('each due time is found once, when it is near', () => {
  const store = storeOf(0, 65_536)
  for (let index = 0; index < 20_000; index++)
    store.restore(`claim/${index}`, { text: '', due: Math.floor(index / 10), open: false })
  const found: string[] = []
  let most = 0
  for (let seconds = 0; seconds < 2_100; seconds++) {
    while (store.nextDue <= seconds * 1_000) store.lookForDue(seconds * 1_000)
    const soon = store.takeSoon()
    most = Math.max(most, soon.length)
    for (const { key, due } of soon) {
      assert.ok(due <= seconds + 10, `${key} is found ${due - seconds} seconds too soon`)
      found.push(key)
    }
  }
  assert.equal(found.length, 20_000)
  assert.equal(new Set(found).size, 20_000)
  assert.ok(most < 300, `${most} at once`)
})
