import { systemClock } from '../clock.ts'
import { reservationsConformance } from '../conformance/reservations.ts'
import { memoryReservations } from './reservations.ts'

reservationsConformance('memory', () => Promise.resolve(memoryReservations(systemClock)))
