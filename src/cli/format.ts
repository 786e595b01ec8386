import Table from 'cli-table3';

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compactNumber = new Intl.NumberFormat('en', { notation: 'compact', minimumSignificantDigits: 4, maximumSignificantDigits: 4 });
const shortNumber = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return wholeNumber.format(value);
}

/** A measured or expected quantity, as short as it can be read. */
export function quantity(value: number, unit: string): string {
  if (unit === 'GiB' && value >= 1024) return `${shortNumber.format(value / 1024)} TiB`;
  if (unit === 'Inodes') return `${compactNumber.format(value)} inodes`;
  return `${value >= 1000 ? wholeNumber.format(value) : shortNumber.format(value)} ${unit}`;
}

/** Money to read at a glance, four figures of it (13.55M); the exact amounts are in the API. */
export function money(amount: number | string, currency: string): string {
  return `${shortMoney(amount)} ${currency}`;
}

/** Money to the last digit, such as 1,234,567.89. */
export function exactAmount(amount: string): string {
  const [whole, fraction] = amount.split('.') as [string, string | undefined];
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
}

function shortMoney(amount: number | string): string {
  const value = Number(amount);
  return Math.abs(value) < 1000 ? value.toFixed(2) : compactNumber.format(value);
}

/** An estimate with its interval: `75.46K (75.08K – 75.84K)`. */
export function estimate({ mean, lower, upper }: { mean: number; lower: number; upper: number }): string {
  return `${shortMoney(mean)} (${shortMoney(lower)} – ${shortMoney(upper)})`;
}

/** A simulated chance: a thousand paths are never certain. */
export function chance(probability: number): string {
  if (probability < 0.005) return '< 1 %';
  if (probability > 0.995) return '> 99 %';
  return `${Math.round(probability * 100)} %`;
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function day(date: Date): string {
  return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
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
  const noLine = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'].map(
      (place) => [place, ''],
    ),
  );
  const made = new Table({
    head: head.map((title) => title.replace(/>$/, '')),
    colAligns: head.map((title) => (title.endsWith('>') ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { ...noLine, middle: '   ' },
  });
  made.push(...rows.map((row) => [...row]));
  const [title, ...body] = made.toString().split('\n').map((line) => `  ${line.trimEnd()}`);
  const width = Math.max(...[title!, ...body].map((line) => line.length)) - 2;
  return [title, `  ${'─'.repeat(width)}`, ...body].join('\n');
}
