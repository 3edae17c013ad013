// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How the model may use tools: auto (it decides), none, required (at least one), tool (the named one). */
export type ToolChoiceKind = 'auto' | 'none' | 'required' | 'tool' | 'other'
