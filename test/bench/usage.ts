// What processes use, by the operating system's own count.
import { readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second. */
const ticksASecond = 100

export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentMiB: number
}

/** null where the system does not tell, or the process has ended. */
export function usageOf(pid: number | undefined): ProcessUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const pages = Number(fields[21])
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksASecond,
      residentMiB: Math.round((pages * 4_096) / 1_048_576),
    }
  } catch {
    return null
  }
}
