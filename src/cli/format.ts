import Table from 'cli-table3';

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const shortNumber = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return wholeNumber.format(value);
}

/** A measured or expected quantity, as short as it can be read. */
export function quantity(value: number, unit: string): string {
  if (unit === 'GiB' && value >= 1024) return `${shortNumber.format(value / 1024)} TiB`;
  return `${value >= 1000 ? wholeNumber.format(value) : shortNumber.format(value)} ${unit}`;
}

/** Estimated or shortened money: whole units; the exact amounts are in the API. */
export function money(amount: number | string, currency: string): string {
  const value = Number(amount);
  const text = Math.abs(value) < 100 ? value.toFixed(2) : wholeNumber.format(value);
  return `${text} ${currency}`;
}

export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %';
  if (share < 1 && share > 0.995) return '> 99 %';
  return `${Math.round(share * 100)} %`;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function day(date: Date): string {
  return dayFormat.format(date);
}

export function month(date: Date): string {
  return monthFormat.format(date);
}

/** A calendar month, quarter or year by its name; any other period by its first and last day. */
export function period(start: Date, end: Date): string {
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  const isWhole = [start, end].every((date) => date.getUTCDate() === 1 && date.getTime() % 86_400_000 === 0);
  if (isWhole && months === 1) return month(start);
  if (isWhole && months === 12 && start.getUTCMonth() === 0) return `${start.getUTCFullYear()}`;
  return `${day(start)} – ${day(new Date(end.getTime() - 1))}`;
}

/** A table for the terminal. Columns whose head ends in `>` are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map((title) => title.replace(/>$/, '')),
    colAligns: head.map((title) => (title.endsWith('>') ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
      bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
      left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
    },
  });
  made.push(...rows.map((row) => [...row]));
  const lines = made.toString().split('\n').map((line) => line.trimEnd());
  const width = Math.max(...lines.map((line) => line.length));
  return [lines[0], `  ${'─'.repeat(Math.max(0, width - 2))}`, ...lines.slice(1)].join('\n');
}
