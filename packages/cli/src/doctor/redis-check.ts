// Whether Redis can be reached. It only spares reads of the log, so nothing is wrong without it.
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Finding } from './finding.ts'
import { fine, messageOf, notice } from './finding.ts'

const timeoutMs = 2_000
const defaultPort = 6_379

/** Never the URL itself: it may hold a password. */
const placeOf = (url: URL): string => `${url.hostname}:${url.port === '' ? defaultPort : url.port}`

export async function checkRedis(redisUrl: string): Promise<readonly Finding[]> {
  if (redisUrl === '') return [fine('redis', 'REDIS_URL', 'is not set: answers are read from the log')]
  const url = new URL(redisUrl)
  const port = url.port === '' ? defaultPort : Number(url.port)
  const socket = connect({ host: url.hostname.replaceAll(/[[\]]/gu, ''), port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
    return [fine('redis', placeOf(url), 'takes connections')]
  } catch (error) {
    const what = `takes no connection (${messageOf(error)}): answers are read from the log instead, which is slower`
    return [notice('redis', placeOf(url), what, 'Start it, or correct REDIS_URL.')]
  } finally {
    socket.destroy()
  }
}
