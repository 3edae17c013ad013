// What a caller of the client may want to tell apart.

/** There was no reply in time. The request itself goes on: it may be answered, and paid, later. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout'
}

/** A request that the schema does not take. The message says where, and never quotes what stands there. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
}

/** The client was closed while somebody waited for a reply. */
export class ClientClosed extends Error {
  override readonly name = 'ClientClosed'
}
