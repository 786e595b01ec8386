import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readClusterDemand, scoreOfDemand, type DemandScore } from './cluster-demand.js';
import { outlooksOfFleet } from './exhaustion-outlooks.js';
import type { BenchOptions, Figure, Finding, Measurement, Table } from './measurement.js';
import { reliabilityOf, reliabilityTable, type Outlook } from './reliability.js';

const usualData = fileURLToPath(new URL('../../../shared/data/gpu-cluster', import.meta.url));

/** The demand that has a limit to keep, and the mean WAPE that is one. */
const limits: Readonly<Record<string, number>> = { STORAGE: 1, GPU_REQUESTED: 1.3 };

/** How far chances of running out may be from how often it happens, percentage points in any tenth. */
const furthestOff = 5;
/** A tenth with fewer fleets shows chance and nothing else. */
const fewestFleets = 20;

/** Chances of running out against how often it happens where the truth is known, and a week of a real cluster's demand. */
export const capacityMeasurement: Measurement = {
  name: 'capacity',
  description: 'chances of running out against how often it happens in simulated fleets, and the demand of a real cluster (--rows 300, --data)',

  async measure({ rows = 300, data = existsSync(usualData) ? usualData : undefined, onProgress, signal }: BenchOptions): Promise<Finding> {
    const outlooks: Outlook[] = [];
    for (let fleet = 1; fleet <= rows; fleet += 1) {
      // A fleet takes some tens of milliseconds, and Ctrl-C is heard in between.
      await setImmediate();
      signal.throwIfAborted();
      outlooks.push(...outlooksOfFleet(fleet));
      if (fleet % 50 === 0) onProgress(`${fleet} of ${rows} fleets`);
    }
    const reliability = reliabilityOf(outlooks);
    const told = reliability.filter(({ groups }) => groups >= fewestFleets);
    const off = Math.max(...told.map(({ observed, predicted }) => Math.abs(observed - predicted)));
    const scores = data === undefined ? [] : [...(await readClusterDemand(data))].map(([metric, demand]) => scoreOfDemand(metric, demand));
    return {
      subject: [`the chance of running out in ${rows} simulated fleets`, ...(scores.length > 0 ? ['a week of the demand of a real cluster'] : [])].join('; '),
      software: [],
      figures: [
        { name: 'furthest tenth, predicted against observed', unit: 'points', rounds: [100 * off], limit: { atMost: furthestOff } },
        ...scores.flatMap(figuresOf),
      ],
      tables: [reliabilityTable('The chance to have run out within 7, 30, 90 and 180 days', reliability), ...(scores.length > 0 ? [demandTable(scores)] : [])],
      notes: [
        'Observed is the mean over 64 futures of every resource. By chance: what 95 of 100 measurements would stay within if every fleet were one toss.',
        ...(told.length < reliability.length ? [`Tenths with fewer than ${fewestFleets} fleets do not count.`] : []),
        ...(scores.length === 0 ? ['Skipped: the demand of a real cluster, which is not in ../shared/data/gpu-cluster. --data names a folder that has its usage.csv.'] : []),
      ],
    };
  },
};

function figuresOf({ metric, ...score }: DemandScore): Figure[] {
  const atMost = limits[metric];
  return [
    { name: `${metric}: WAPE a week ahead`, unit: '%', rounds: [100 * score.wape], limit: atMost === undefined ? undefined : { atMost } },
    { name: `${metric}: hours inside the 80 % interval`, unit: '%', rounds: [100 * score.coverage80], limit: atMost === undefined ? undefined : { atLeast: 70, atMost: 90 } },
  ];
}

function demandTable(scores: readonly DemandScore[]): Table {
  return {
    title: 'WAPE of a real cluster’s demand, seven days ahead from hours 300, 336, 384, 408 and 432',
    head: ['demand', 'each>', 'mean>', 'at the last value>', 'inside 80 %>'],
    rows: scores.map(({ metric, wapeOfOrigins, wape, naiveWape, coverage80 }) => [
      metric,
      wapeOfOrigins.map(percent).join(' '),
      `${percent(wape)} %`,
      `${percent(naiveWape)} %`,
      `${(100 * coverage80).toFixed(0)} %`,
    ]),
  };
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
