import type { DecodedArray, ParquetParsers, SchemaElement } from 'hyparquet';

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A value that cannot be taken as text; says why. */
export class UnreadableValue extends Error {}

/**
 * How the reader gives values that have a meaning beyond their bits: as texts, the way CSV exports
 * write them, without a detour over floating point or local time.
 */
export const parsers: ParquetParsers = {
  timestampFromMilliseconds: (millis) => isoInstant(Number(millis)),
  timestampFromMicroseconds: (micros) => isoInstant(Number(micros / 1_000n)),
  timestampFromNanoseconds: (nanos) => isoInstant(Number(nanos / 1_000_000n)),
  dateFromDays: (days) => isoInstant(days * 86_400_000),
  stringFromBytes: textOfBytes,
  jsonFromBytes: textOfBytes,
  uuidFromBytes: hexOfBytes,
  geometryFromBytes: hexOfBytes,
  geographyFromBytes: hexOfBytes,
};

/** Whether a column is one of exact decimals: an integer, and how many of its digits stand behind the point. */
export function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/**
 * The texts of values as the reader gives them, missing ones as nothing.
 *
 * @param scale digits behind the point of a decimal column; null for any other column
 * @throws UnreadableValue
 */
export function textsOf(values: DecodedArray, scale: number | null): string[] {
  const texts = new Array<string>(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value: unknown = values[index];
    texts[index] = value === null || value === undefined ? '' : scale === null ? textOf(value) : decimalText(integerOf(value), scale);
  }
  return texts;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return textOfBytes(value)!;
  if (typeof value === 'object') return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part instanceof Uint8Array ? textOfBytes(part) : part));
  // The shortest decimal that is this double and no other.
  return String(value as number | bigint | boolean);
}

/** The integer that a decimal is kept as: a number, or bytes of two's complement, the highest first. */
function integerOf(value: unknown): bigint {
  if (value instanceof Uint8Array) return value.length === 0 ? 0n : BigInt.asIntN(value.length * 8, BigInt(`0x${hexOfBytes(value)}`));
  return BigInt(value as number | bigint);
}

function decimalText(integer: bigint, scale: number): string {
  if (scale === 0) return integer.toString();
  const digits = (integer < 0n ? -integer : integer).toString().padStart(scale + 1, '0');
  return `${integer < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function textOfBytes(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.includes(0)) throw new UnreadableValue('holds a NUL character');
  try {
    return text.decode(bytes);
  } catch {
    throw new UnreadableValue('is not UTF-8');
  }
}

function hexOfBytes(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Years that no calendar has are left to whoever reads the text. */
function isoInstant(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
