import { RunReport, type Bookmark, type Collector, type Observations, type Trial, type Window } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';

/** What one run of a collector gave, without anything being stored. */
export interface CollectorRun {
  observations: Observations[];
  report: RunReport;
  /** How long it would have waited between tries, in milliseconds. */
  pauses: number[];
}

/** Runs a collector as the system does, and nothing is waited for: pauses are noted and over at once. */
export async function runCollector<Settings extends object>(
  collector: Collector<Settings>,
  settings: unknown,
  { window, bookmark = null, signal = new AbortController().signal, onObservations }: { window: Window; bookmark?: Bookmark; signal?: AbortSignal; onObservations?: (seen: Observations) => void },
): Promise<CollectorRun> {
  const { contact, report, pauses } = testContact(collector, signal);
  const observations: Observations[] = [];
  for await (const seen of collector.collect(checkedSettings(collector, settings), { ...contact, window, bookmark })) {
    observations.push(seen);
    onObservations?.(seen);
  }
  return { observations, report, pauses };
}

/** What a collector speaks with the outside through, in a test. It is noon of 24 November 2026. */
export function testContact(collector: Collector, signal: AbortSignal = new AbortController().signal): { contact: Trial; report: RunReport; pauses: number[] } {
  const pauses: number[] = [];
  const report = new RunReport(collector.callLimits ?? null);
  const pause = (durationMs: number): Promise<void> => {
    pauses.push(durationMs);
    return Promise.resolve();
  };
  return { contact: { signal, report, pause, now: new Date('2026-11-24T12:00:00Z') }, report, pauses };
}
