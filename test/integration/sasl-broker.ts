// A broker that lets in one user, by PLAIN and by SCRAM-SHA-512.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBroker } from '@waybill/deploy/broker'
import { makeCertificate } from '@waybill/deploy/certificate'
import { installKafka } from '@waybill/deploy/install'
import { findJava } from '@waybill/deploy/java'
import { choosePort } from '@waybill/deploy/ports'
import type { StackProcess } from '@waybill/deploy/supervised'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import { cache } from './kafka-broker.ts'

export const username = 'waybill'
export const password = 'correct horse'

export interface SaslBroker {
  readonly broker: StackProcess
  /** How its clients reach it, but for the password. */
  readonly reached: Pick<KafkaSettings, 'brokers' | 'ssl'>
}

export async function startSaslBroker(folder: string, encrypted: boolean): Promise<SaslBroker> {
  const java = await findJava(undefined)
  const port = await choosePort(0)
  const tls = encrypted ? await makeCertificate(java, folder) : undefined
  const broker = await startBroker({
    java,
    jars: await installKafka(cache, java, console.error),
    folder,
    pidFile: join(folder, 'broker.json'),
    port,
    controllerPort: await choosePort(port + 1),
    profile: 'test',
    sasl: [{ username, password }],
    ...(tls === undefined ? {} : { tls }),
    flags: () => [],
  })
  const ssl = tls === undefined ? {} : { ssl: { ca: readFileSync(tls.file) } }
  return { broker, reached: { brokers: [`127.0.0.1:${port}`], ...ssl } }
}
