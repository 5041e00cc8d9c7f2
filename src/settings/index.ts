export { includesBranch } from './branches';
export { settingsJsonSchema } from './json-schema';
export { parseSettingsText, type ParsedSettings } from './parse-text';
export { problemText, type SettingsProblem } from './problem';
export {
  plainSettings,
  resolveSettings,
  type ConfiguredGate,
  type ResolvedSettings,
  type Scope,
  type ScopedDocument,
  type ScopedProblem,
  type Settings,
} from './resolve';
export { SETTINGS_SCHEMA_VERSION } from './schema';
export { validateDocument } from './validate';
