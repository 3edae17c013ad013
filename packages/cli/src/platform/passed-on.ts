// What the processes of a platform get of the settings that it was started with.
import type { SettingKey, Settings } from '@waybill/runtime/config'
import { settingsTable } from '@waybill/runtime/settings-table'

/** Settings whose place the platform decides, or that only a worker reads. */
const notPassedOn: readonly SettingKey[] = [
  'kafkaBrokers',
  'schemaRegistryUrl',
  'redisUrl',
  'openaiApiKey',
  'anthropicApiKey',
  'geminiApiKey',
  'openaiBaseUrl',
  'anthropicBaseUrl',
  'geminiBaseUrl',
  'metricsPort',
  'metricsHost',
]

const isKey = (name: string): name is SettingKey => Object.hasOwn(settingsTable, name)

/** Our own settings, for the topics that are created and for every process alike. */
export function passedOn(settings: Settings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(settingsTable)
      .filter(isKey)
      .filter((key) => !notPassedOn.includes(key))
      .map((key) => [settingsTable[key].name, String(settings[key])]),
  )
}
