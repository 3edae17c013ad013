// Runs one seed to its rest.
import type { Counts } from './coverage.ts'
import { planFaults } from './faults.ts'
import type { Mutation } from './mutation.ts'
import { startOfTime } from './policies.ts'
import { isAnswered, violations } from './promises.ts'
import type { Builds } from './simulated-registry.ts'
import { openBuilds } from './simulated-registry.ts'
import { World } from './world.ts'

export interface RunOptions {
  readonly mutation?: Mutation | undefined
  readonly tell?: (line: string) => void
  /** Nothing arrives and nothing goes wrong after so many virtual milliseconds: up to there it is the same run. */
  readonly untilMs?: number | undefined
}

export interface Run {
  readonly seed: number
  readonly weather: string
  readonly violations: readonly string[]
  /** Callbacks that have run. */
  readonly events: number
  readonly virtualMs: number
  readonly calls: number
  readonly replies: number
  readonly counts: Counts
  /** Of all that happened, in its order. */
  readonly digest: number
}

/** Longer than any chain that is given up, and all its heirs. */
const patienceMs = 400_000
/** The window, its margin, and the longest start of a call: twice, for who asked at the end of the first. */
const forgottenMs = 450_000

let shared: Promise<Builds> | undefined

/** One for all runs: parsing schemas would be most of a run's time. */
function theBuilds(): Promise<Builds> {
  shared ??= openBuilds()
  return shared
}

const isAtRest = ({ history, load, observers }: World): boolean =>
  observers.owed.length === 0 &&
  history.waiting.size === 0 &&
  history.carriers.isEmpty &&
  history.claimsInFlight.length === 0 &&
  load.every((arriving) => isAnswered(history, arriving))

function whatIsLeft({ history, load, observers }: World): readonly string[] {
  return [
    ...observers.owed,
    ...[...history.waiting].map((ask) => `P6: ${ask} still waits`),
    ...history.claimsInFlight.map((claim) => `P6: claim ${claim} is still in flight`),
    ...history.carriers.all().map((carrier) => `P5: ${carrier} is not done`),
    ...load.filter((arriving) => !isAnswered(history, arriving)).map(({ ask }) => `P1: no reply to ${ask}`),
  ]
}

async function passTime(world: World, ms: number, enough: () => boolean): Promise<void> {
  const until = world.clock.now() + ms
  while (world.found.length === 0 && !enough() && (await world.clock.step(until)));
}

/** So long after the last request, faults end. */
const calmAfterMs = 20_000

async function live(world: World, untilMs: number): Promise<void> {
  const { taste, clock, load, planned } = world
  // What does not arrive takes its place among the clock's draws all the same.
  for (const arriving of planned)
    clock.schedule(arriving.afterMs, () => {
      if (load.includes(arriving)) world.append(arriving)
    })
  planFaults(world, world.random.fork())
  world.startAll()
  await passTime(world, Math.min(untilMs, taste.faultsMs + calmAfterMs), () => false)
  world.clearUp()
  for (let waited = 0; waited < patienceMs && world.found.length === 0 && !isAtRest(world); waited += 1_000)
    await passTime(world, 1_000, () => false)
  if (world.found.length > 0) return
  world.found.push(...(isAtRest(world) ? [] : whatIsLeft(world)))
  if (world.found.length > 0) return
  await passTime(world, forgottenMs, () => false)
  if (world.found.length > 0) return
  world.found.push(...violations(world), ...whatIsKept(world))
}

function whatIsKept({ history: { hashes, asks, notes } }: World): readonly string[] {
  const kept = { claims: hashes.size, asks: asks.size, notes: notes.size }
  return Object.entries(kept).flatMap(([what, count]) =>
    count > 0 ? [`Window: ${count} ${what} are never forgotten`] : [],
  )
}

export async function run(seed: number, { mutation, tell, untilMs = Infinity }: RunOptions = {}): Promise<Run> {
  let digest = 0
  const world = new World({
    seed,
    builds: await theBuilds(),
    mutation,
    untilMs,
    tell(line) {
      for (let index = 0; index < line.length; index++) digest = (Math.imul(digest, 31) + line.charCodeAt(index)) | 0
      tell?.(line)
    },
  })
  await live(world, untilMs)
  const { taste, clock, vendors, history, coverage, found } = world
  return {
    seed,
    weather: taste.weather,
    violations: found,
    events: clock.events,
    virtualMs: clock.now() - startOfTime,
    calls: vendors.ledger.length,
    replies: [...history.replies.values()].reduce((sum, replies) => sum + replies.length, 0),
    counts: coverage.counts,
    digest,
  }
}
