import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { InvalidInput } from '../errors.js';
import type { Configurable, SettingSchema } from './settings-schema.js';

const ajv = new Ajv2020({ strict: true, strictRequired: false, useDefaults: true, verbose: true });
addFormats.default(ajv);

/**
 * The settings as a plug-in reads them: with defaults filled in.
 *
 * @throws InvalidInput naming the setting, what it needs and what it got; a secret is never shown
 */
export function checkedSettings<Settings extends object>({ name, settingsSchema }: Configurable, settings: unknown): Settings {
  const checked: unknown = structuredClone(settings);
  const isValid = ajv.compile<Settings>(settingsSchema);
  if (isValid(checked)) return checked;
  throw refusal(name, isValid.errors![0]!);
}

function refusal(plugin: string, error: ErrorObject): InvalidInput {
  const { instancePath, keyword, params } = error;
  const schema = error.parentSchema as Partial<SettingSchema>;
  const path = instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const refuse = (sentence: string, ...rest: string[]) => new InvalidInput(sentence, ['settings', ...path, ...rest]);
  if (keyword === 'additionalProperties') {
    const { additionalProperty: name } = params as { additionalProperty: string };
    const known = Object.keys(schema.properties ?? {}).join(', ');
    return refuse(`${plugin} has no setting "${[...path, name].join('.')}": ${path.length > 0 ? path.join('.') : 'it'} takes ${known}`, name);
  }
  if (keyword === 'required' || keyword === 'dependentRequired') {
    const { missingProperty: name, property } = params as { missingProperty: string; property?: string };
    const description = schema.properties?.[name]?.description;
    const where = property === undefined ? '' : ` beside "${property}"`;
    return refuse(`${plugin} needs the setting "${[...path, name].join('.')}"${where}${description ? `: ${description}` : ''}`, name);
  }
  const got = schema.writeOnly ? 'something else' : (JSON.stringify(error.data) ?? 'nothing').slice(0, 100);
  return refuse(`setting "${path.join('.')}" of ${plugin} needs ${needs(error, schema)}, got ${got}`);
}

const units: Partial<Record<string, string>> = { maxLength: 'at most # characters', minLength: 'at least # characters', minItems: 'at least # entries', maxItems: 'at most # entries', minimum: 'a number of at least #', maximum: 'a number of at most #' };

const formats: Record<NonNullable<SettingSchema['format']>, string> = {
  uri: 'an address such as https://host/path',
  hostname: 'a host name',
  date: 'a day such as 2026-01-31',
  'date-time': 'an instant such as 2026-01-31T00:00:00Z',
  duration: 'an ISO 8601 duration such as PT1H or P3D',
  email: 'an e-mail address',
};

function needs({ keyword, params }: ErrorObject, schema: Partial<SettingSchema>): string {
  if (keyword === 'enum') return `one of ${schema.enum!.join(', ')}`;
  if (keyword === 'format') return formats[schema.format!];
  if (keyword === 'pattern') return `the form ${schema.pattern!}`;
  if (keyword === 'type') return schema.type === 'integer' ? 'a whole number' : /^[aeiou]/.test(schema.type ?? '') ? `an ${schema.type}` : `a ${schema.type}`;
  return (units[keyword] ?? `to fulfil ${keyword}`).replace('#', String((params as { limit?: number }).limit ?? ''));
}
