import { InvalidInput } from '../errors.js';
import type { SecretBox } from '../secret-box.js';
import type { SettingSchema, SettingsSchema } from './settings-schema.js';

/** Settings, by the path of names that lead to each. */
type Leaf = readonly [path: readonly string[], schema: SettingSchema];

/** The settings in two parts: what may be read by whoever may read, and what only its plug-in sees. */
export interface PartedSettings {
  open: object;
  /** As nested as the settings; empty when there are none. */
  secret: Record<string, unknown>;
}

/** Takes the secrets out of settings. */
export function partSecrets(schema: SettingsSchema, settings: object): PartedSettings {
  const open = structuredClone(settings);
  const secret: Record<string, unknown> = {};
  for (const [path] of leaves(schema).filter(([, { writeOnly }]) => writeOnly)) {
    const value = valueAt(open, path);
    if (value === undefined || value === null) continue;
    place(secret, path, value);
    remove(open, path);
  }
  return { open, secret };
}

/**
 * The secrets that settings take over from those before, where they are left out.
 *
 * @throws InvalidInput when calls would go elsewhere: whoever may set an address must not get secrets sent there
 */
export function takeOverSecrets(schema: SettingsSchema, before: object, secretsBefore: Record<string, unknown>, parted: PartedSettings): Record<string, unknown> {
  const secret = structuredClone(parted.secret);
  const missing = leaves(schema).filter(([path, { writeOnly }]) => writeOnly && valueAt(secret, path) === undefined && valueAt(secretsBefore, path) !== undefined);
  if (missing.length === 0) return secret;
  const moved = leaves(schema).find(([path, { format }]) => (format === 'uri' || format === 'hostname') && valueAt(before, path) !== valueAt(parted.open, path));
  const [first] = missing[0]!;
  if (moved) {
    throw new InvalidInput(`setting "${moved[0].join('.')}" leads elsewhere now: give "${first.join('.')}" anew, as it would be sent there`, ['settings', ...first]);
  }
  for (const [path] of missing) place(secret, path, valueAt(secretsBefore, path));
  return secret;
}

/** Settings with their secrets, for the plug-in. @throws InvalidInput when they cannot be opened */
export function withSecrets(open: object, sealed: Buffer | null, ownerId: string, box: SecretBox): object {
  return sealed === null ? open : joined(open, openSecrets(sealed, ownerId, box));
}

export function openSecrets(sealed: Buffer | null, ownerId: string, box: SecretBox): Record<string, unknown> {
  return sealed === null ? {} : (JSON.parse(box.open(sealed, ownerId)) as Record<string, unknown>);
}

/** Null where there is nothing to seal. @throws InvalidInput without a key */
export function sealSecrets(secret: Record<string, unknown>, ownerId: string, box: SecretBox): Buffer | null {
  return Object.keys(secret).length === 0 ? null : box.seal(JSON.stringify(secret), ownerId);
}

/** Settings with secrets put back in their places. */
export function joined(open: object, secret: Record<string, unknown>): object {
  const whole = structuredClone(open) as Record<string, unknown>;
  for (const [name, value] of Object.entries(secret)) {
    const there = whole[name];
    whole[name] = isObject(value) && isObject(there) ? joined(there, value) : value;
  }
  return whole;
}

/** Every setting that is outside of lists. */
function leaves(schema: Pick<SettingSchema, 'properties'>, path: readonly string[] = []): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]): Leaf[] =>
    setting.properties ? leaves(setting, [...path, name]) : [[[...path, name], setting]],
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(settings: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), settings);
}

function place(settings: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) settings[name!] = value;
  else place((settings[name!] ??= {}) as Record<string, unknown>, rest, value);
}

function remove(settings: object, path: readonly string[]): void {
  const parent = path.length === 1 ? settings : valueAt(settings, path.slice(0, -1));
  if (isObject(parent)) delete parent[path.at(-1)!];
}

/** A text of the outside without the secrets that were sent there. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length > 0).reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
}
