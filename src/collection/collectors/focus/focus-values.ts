/** Absent, as files write it: nothing, or the word NULL. */
export function textOrNull(value: string): string | null {
  const text = value.trim();
  return text === '' || (text.length === 4 && text.toUpperCase() === 'NULL') ? null : text;
}

const plainDecimal = /^-?\d{1,40}(\.\d{1,40})?$/;
const looseDecimal = /^[+-]?(\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?$/i;
/** As a spreadsheet shows money: `$1,234.50`, `-$3`, `($3.00)`. */
const dollars = /^(-|\()?\$(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\)?)$/;

/** An exact decimal in SQL's syntax; undefined when the text is none. `12,5` is none, and neither is NaN. */
export function decimal(text: string): string | undefined {
  if (plainDecimal.test(text)) return text;
  if (looseDecimal.test(text)) return text.replace(/^\+/, '');
  const [, sign = '', whole, fraction = '', close = ''] = dollars.exec(text) ?? [];
  if (whole === undefined || (sign === '(') !== (close === ')')) return undefined;
  return `${sign ? '-' : ''}${whole.replaceAll(',', '')}${fraction}`;
}

const isoInstant = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * An instant in UTC, `2026-09-01T00:00:00Z`; undefined when the text is none between 2000 and 2100.
 *
 * Exports write ISO 8601 with and without `T` and `Z`, the specification's examples also
 * `4/1/25` (month first), and hours past 24 for the next day.
 */
export function instant(text: string): string | undefined {
  const iso = isoInstant.exec(text);
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = iso;
    return utc(year!, month!, day!, hour, minute, second, offsetMinutes(zone));
  }
  const us = usDate.exec(text);
  if (us) {
    const [, month, day, year, hour = '0', minute = '0', second = '0'] = us;
    return utc(year!.length === 2 ? `20${year}` : year!, month!, day!, hour, minute, second, 0);
  }
  return undefined;
}

function offsetMinutes(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function utc(
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
  offset: number,
): string | undefined {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!isReal || Number(hour) > 47 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(year) < 2000 || Number(year) > 2100) return undefined;
  const seconds = Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  return new Date(date.getTime() + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** A JSON object of texts, or the reason why it is none. */
export function tagsJson(text: string): { json: string } | { reason: string } {
  let tags: unknown;
  try {
    tags = JSON.parse(text);
  } catch {
    return { reason: 'needs a JSON object' };
  }
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return { reason: 'needs a JSON object' };
  let texts: [string, string | null][];
  try {
    texts = Object.entries(tags).map(([key, value]) => [
      key,
      value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
  } catch {
    return { reason: 'is nested too deeply' };
  }
  // PostgreSQL's jsonb has no place for these.
  if (texts.flat().some((part) => part?.includes('\0'))) return { reason: 'holds a NUL character' };
  if (texts.flat().some((part) => part?.isWellFormed() === false)) return { reason: 'holds half a character' };
  // fromEntries defines each key on the object itself, `__proto__` too.
  return { json: JSON.stringify(Object.fromEntries(texts)) };
}
