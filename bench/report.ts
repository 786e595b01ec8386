import { availableParallelism, cpus, loadavg } from 'node:os';
import { table } from '../src/cli/format.js';
import { isMet, median, type Figure, type Finding, type Measurement } from './measurement.js';

const decimals = new Intl.NumberFormat('en', { maximumFractionDigits: 2, minimumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Where it was measured; the load is the machine's before the first round, by others. */
export function machine() {
  return { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', node: process.versions.node, load: loadavg()[0]! };
}

export type Machine = ReturnType<typeof machine>;

export function printed({ name }: Measurement, { subject, figures, notes, postgresVersion }: Finding, on: Machine): string {
  const rows = figures.map((figure) => [
    figure.unit ? `${figure.name}, ${figure.unit}` : figure.name,
    shown(median(figure.rounds), figure),
    shown(Math.min(...figure.rounds), figure),
    shown(Math.max(...figure.rounds), figure),
    figure.limit ? `${limitOf(figure)} ${isMet(figure) ? 'met' : 'MISSED'}` : '',
  ]);
  return [
    `${name}: ${subject}; ${figures[0]!.rounds.length} rounds`,
    `${on.cores} cores (${on.processor}, load ${decimals.format(on.load)}), Node ${on.node}, PostgreSQL ${postgresVersion}`,
    '',
    table(['', 'Median>', 'Lowest>', 'Highest>', 'Limit'], rows),
    ...notes.map((note) => `\n${note}`),
  ].join('\n');
}

export function asJson({ name }: Measurement, { subject, figures, notes, postgresVersion }: Finding, on: Machine): string {
  const measured = figures.map((figure) => ({
    ...figure,
    median: median(figure.rounds),
    ...(figure.limit ? { isMet: isMet(figure) } : {}),
  }));
  return JSON.stringify({ name, subject, machine: { ...on, postgres: postgresVersion }, figures: measured, notes }, null, 2);
}

function shown(value: number, { unit }: Figure): string {
  return unit === '' || value < 100 ? decimals.format(value) : whole.format(value);
}

function limitOf(figure: Figure): string {
  const { limit } = figure;
  if (!limit) return '';
  return 'atLeast' in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`;
}
