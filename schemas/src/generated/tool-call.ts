// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** A tool that the model asks the caller to run. */
export interface ToolCall {
  /** Name of the call; the tool's result refers to it. */
  readonly id: string
  /** The tool, by the caller's own name. */
  readonly name: string
  /** The arguments: a JSON object, guaranteed to parse. */
  readonly arguments: string
}
