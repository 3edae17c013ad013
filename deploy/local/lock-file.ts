import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isRunning, parseIdentity } from './process-identity.ts'

const pollMs = 100

/** Takes the lock unless a living process has it, and answers how to give it back. A dead owner's lock is taken over. */
export function tryLock(path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true })
  // A link appears with its content or not at all, so that nobody ever reads a lock without an owner.
  const own = `${path}.${randomUUID()}`
  writeFileSync(own, JSON.stringify(identify(process.pid)))
  try {
    if (!link(own, path)) {
      if (!removeIfDead(path) || !link(own, path)) return undefined
    }
    removeAbandoned(path)
    return () => rmSync(path, { force: true })
  } finally {
    rmSync(own, { force: true })
  }
}

/** Waits until the lock is free. `onWait` is called once, if there is anything to wait for. */
export async function waitForLock(path: string, onWait: () => void): Promise<() => void> {
  let release = tryLock(path)
  if (release === undefined) onWait()
  while (release === undefined) {
    await delay(pollMs)
    release = tryLock(path)
  }
  return release
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}

/** What is left of those that were killed while they took this lock. */
function removeAbandoned(path: string): void {
  const folder = dirname(path)
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${basename(path)}.`) && hasDeadOwner(join(folder, file)))
      rmSync(join(folder, file), { force: true })
  }
}

function removeIfDead(path: string): boolean {
  if (!hasDeadOwner(path)) return false
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return true
  }
  // Another process may have taken the lock over since it was read: then it gets it back.
  const dead = hasDeadOwner(aside)
  if (!dead) link(aside, path)
  rmSync(aside, { force: true })
  return dead
}

function hasDeadOwner(path: string): boolean {
  try {
    const owner = parseIdentity(readFileSync(path, 'utf8'))
    return owner === undefined || !isRunning(owner)
  } catch {
    return false
  }
}
