// What we prepare is what the vendors' SDKs put on the wire: one of them copies only what it knows.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import {
  apiNames,
  callPart,
  imagePart,
  noSampling,
  opaquePart,
  requestWith,
  resultPart,
  targetFor,
  toolNamed,
  turn,
} from '@waybill/providers/conformance/given'
import type { ApiName } from '@waybill/providers/conformance/given'
import { vendorApis } from '@waybill/providers/registry'
import { callThroughSdk } from './sdk-call.ts'

const own: Readonly<Record<ApiName, unknown>> = {
  chatCompletions: null,
  responses: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c2lnbmVk' },
  messages: { type: 'thinking', thinking: 'hm', signature: 'c2lnbmVk' },
  generateContent: { text: 'hm', thought: true, thoughtSignature: 'c2lnbmVk' },
}

const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] }

function rich(api: ApiName): ReturnType<typeof requestWith> {
  const { provider } = targetFor(api)
  const thought = own[api] === null ? [] : [opaquePart('reasoning', provider, own[api])]
  return requestWith({
    messages: [
      turn('system', 'Be kind.'),
      turn(
        'user',
        'Weather?',
        imagePart({ mimeType: 'image/png', data: new Uint8Array([137, 80, 78, 71]), uri: null }),
      ),
      turn('assistant', ...thought, 'Let me see.', callPart('abc123', 'weather', { city: 'Paris', id: 7 })),
      turn('tool', resultPart('abc123', '{"celsius":9}')),
    ],
    cachePoints: [0],
    tools: [toolNamed('weather', { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] })],
    toolChoice: { kind: 'auto', name: null },
    outputSchema: JSON.stringify(schema),
    reasoning: { effort: 'low', maxTokens: null },
    sampling: { ...noSampling, seed: 7, stop: ['END'] },
  })
}

const everywhere = ['Be kind.', 'iVBORw==', 'Let me see.', '"city":"Paris"', 'celsius', 'weather', '"answer"', '4000']
const only: Readonly<Record<ApiName, readonly string[]>> = {
  chatCompletions: [
    '"reasoning_effort":"low"',
    '"strict":true',
    '"seed":7',
    '"store":false',
    '"tool_call_id":"abc123"',
  ],
  responses: [
    'c2lnbmVk',
    '"store":false',
    '"include":["reasoning.encrypted_content"]',
    '"call_id":"abc123"',
    '"effort":"low"',
  ],
  messages: [
    'c2lnbmVk',
    '"budget_tokens"',
    '"cache_control"',
    '"stop_sequences":["END"]',
    '"output_config"',
    '"tool_use_id":"abc123"',
  ],
  generateContent: [
    '"thoughtSignature":"c2lnbmVk"',
    '"responseJsonSchema"',
    '"parametersJsonSchema"',
    '"thinkingLevel":"LOW"',
    '"stopSequences":["END"]',
    '"seed":7',
    '"functionResponse":{"id":"abc123"',
    '"inlineData"',
  ],
}

/** A service tier in the vendor's own word, under the vendor's own name. */
const tiers: Readonly<Record<ApiName, readonly [word: string, wire: string]>> = {
  chatCompletions: ['flex', '"service_tier":"flex"'],
  responses: ['priority', '"service_tier":"priority"'],
  messages: ['standard_only', '"service_tier":"standard_only"'],
  generateContent: ['flex', '"serviceTier":"flex"'],
}

for (const api of apiNames)
  test(`${api}: everything arrives`, async () => {
    let wire = ''
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        wire += chunk.toString()
      })
      request.on('end', () => response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{}}'))
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    assert.ok(address !== null && typeof address !== 'string')
    try {
      const [serviceTier, tier] = tiers[api]
      const target = { ...targetFor(api), serviceTier }
      const made = vendorApis[api]?.request(rich(api), target, { maxOutputTokens: 4_000 })
      assert.ok(made?.kind === 'prepared', JSON.stringify(made))
      await callThroughSdk(api, made.prepared.body, `http://127.0.0.1:${address.port}`)
      for (const text of [...everywhere, ...only[api], tier])
        assert.ok(wire.includes(text) || wire.includes(JSON.stringify(text).slice(1, -1)), `${text} in ${wire}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

test('a target without a service tier asks for none', () => {
  for (const api of apiNames) {
    const made = vendorApis[api]?.request(rich(api), targetFor(api), { maxOutputTokens: 4_000 })
    assert.doesNotMatch(JSON.stringify(made), /service_?tier/iu)
  }
})
