// A certificate that nobody has signed, made for each run: no key lies in the repository.
import { generateKeyPairSync, sign } from 'node:crypto'

const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
const ed25519 = sequence(der(0x06, Buffer.from([43, 101, 112])))
const commonName = der(0x06, Buffer.from([85, 4, 3]))
const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('localhost')))))
const validity = sequence(...['200101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time))))

/** PEM, as node:tls takes it. RFC 5280 and RFC 8410 say what stands where. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]))
  const subject = publicKey.export({ type: 'spki', format: 'der' })
  const signed = sequence(version, serial, ed25519, name, validity, name, subject)
  const signature = der(0x03, Buffer.from([0]), sign(null, signed, privateKey))
  const base64 = sequence(signed, ed25519, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/gu, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
