import { join } from 'node:path'
import type { Java } from './java.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'

/** What a server shows, and what its clients trust. */
export type Certificate = {
  /** A PKCS #12 file with the key. */
  readonly keystore: string
  readonly password: string
  /** The certificate alone, as PEM. */
  readonly file: string
}

/** A certificate for 127.0.0.1 that nobody has signed, for a day; made with Java's own tool. */
export async function makeCertificate(java: Java, folder: string): Promise<Certificate> {
  const keystore = join(folder, 'server.p12')
  const file = join(folder, 'server.pem')
  // Of a file that is as secret as its folder: Java wants one.
  const password = 'waybill'
  const store = ['-alias', 'server', '-keystore', keystore, '-storetype', 'PKCS12', '-storepass', password]
  const identity = '-keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -ext SAN=IP:127.0.0.1 -validity 1'.split(' ')
  const tool = java.home === undefined ? 'keytool' : join(java.home, 'bin', 'keytool')
  for (const order of [
    ['-genkeypair', ...identity],
    ['-exportcert', '-rfc', '-file', file],
  ]) {
    const { exitCode, output } = await runCommand(tool, [...order, ...store])
    if (exitCode !== 0) throw new StackError('programDied', `keytool could not make a certificate: ${output.trim()}`)
  }
  return { keystore, password, file }
}
