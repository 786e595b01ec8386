/** One setting, in the part of JSON Schema 2020-12 that forms can be made of. */
export interface SettingSchema {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  /** For people: what it is and what its unit is. */
  description: string;
  default?: unknown;
  enum?: readonly string[];
  /** `uri` or `hostname` for where calls go: secrets are not carried over to another one. */
  format?: 'uri' | 'hostname' | 'date' | 'date-time' | 'duration' | 'email';
  /** True for a secret: encrypted at rest and never read back. */
  writeOnly?: boolean;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: SettingSchema;
  properties?: Readonly<Record<string, SettingSchema>>;
  required?: readonly string[];
  additionalProperties?: false | SettingSchema;
  dependentRequired?: Readonly<Record<string, readonly string[]>>;
}

/** The settings of a plug-in. What is not named is refused by its name. */
export interface SettingsSchema {
  type: 'object';
  properties: Readonly<Record<string, SettingSchema>>;
  required?: readonly string[];
  additionalProperties: false;
  dependentRequired?: Readonly<Record<string, readonly string[]>>;
  /** Whole settings that work, for people to begin with; contract suites run with the first. */
  examples: readonly [Record<string, unknown>, ...Record<string, unknown>[]];
}

/** What has settings: a collector, a channel. */
export interface Configurable {
  readonly name: string;
  readonly settingsSchema: SettingsSchema;
}
