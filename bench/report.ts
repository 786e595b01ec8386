import { availableParallelism, cpus, loadavg } from 'node:os';
import { table } from '../src/cli/format.js';
import { isMet, median, type Figure, type Finding, type Measurement } from './measurement.js';

const decimals = new Intl.NumberFormat('en', { maximumFractionDigits: 2, minimumFractionDigits: 2 });
const ratio = new Intl.NumberFormat('en', { maximumFractionDigits: 3, minimumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Where it was measured; the load is the machine's before the first round, by others. */
export function machine() {
  return { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', node: process.versions.node, load: loadavg()[0]! };
}

export type Machine = ReturnType<typeof machine>;

export function printed({ name }: Measurement, { subject, figures, tables = [], notes, software }: Finding, on: Machine): string {
  const rows = figures.map((figure) => [
    figure.unit ? `${figure.name}, ${figure.unit}` : figure.name,
    shown(median(figure.rounds), figure),
    shown(Math.min(...figure.rounds), figure),
    shown(Math.max(...figure.rounds), figure),
    figure.limit ? `${limitOf(figure)} ${isMet(figure) ? 'met' : 'MISSED'}` : '',
  ]);
  return [
    `${name}: ${subject}; ${Math.max(0, ...figures.map(({ rounds }) => rounds.length))} rounds`,
    `${on.cores} cores (${on.processor}, load ${decimals.format(on.load)}), ${[`Node ${on.node}`, ...software].join(', ')}`,
    '',
    table(['', 'Median>', 'Lowest>', 'Highest>', 'Limit'], rows),
    ...tables.map(({ title, head, rows }) => `\n${title}\n\n${markdown(head, rows)}`),
    ...notes.map((note) => `\n${note}`),
  ].join('\n');
}

export function asJson({ name }: Measurement, { subject, figures, tables = [], notes, software }: Finding, on: Machine): string {
  const measured = figures.map((figure) => ({
    ...figure,
    median: median(figure.rounds),
    ...(figure.limit ? { isMet: isMet(figure) } : {}),
  }));
  return JSON.stringify({ name, subject, machine: { ...on, software }, figures: measured, tables, notes }, null, 2);
}

/** Columns whose head ends in `>` are aligned to the right. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = head.map((title) => title.replace(/>$/, ''));
  const widths = titles.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]!.length)));
  const padded = (cells: readonly string[]) => cells.map((cell, i) => (head[i]!.endsWith('>') ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)));
  const rules = widths.map((width, i) => (head[i]!.endsWith('>') ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [padded(titles), rules, ...rows.map(padded)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shown(value: number, { unit }: Figure): string {
  if (unit === '') return ratio.format(value);
  return value < 100 ? decimals.format(value) : whole.format(value);
}

function limitOf(figure: Figure): string {
  const { limit } = figure;
  if (!limit) return '';
  const { atLeast, atMost } = limit;
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost}`;
  return atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
}
