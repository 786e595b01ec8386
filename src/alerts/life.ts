import type { Reading } from './reading.js';

/** What an alert is in. */
export enum AlertState {
  FIRING = 'FIRING',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  RESOLVED = 'RESOLVED',
}

/** The latest alert of a subject and a period, as it is stored. */
export interface KnownAlert {
  key: string;
  ruleKey: string;
  subjectKey: string;
  periodKey: string;
  occurrence: number;
  state: AlertState;
}

/** What becomes of alerts. */
export interface Changes {
  /** With the occurrence that each is. */
  fire: (Reading & { occurrence: number })[];
  /** Open ones that are still there: what was observed is noted, and nobody is told. */
  goOn: (Reading & { key: string })[];
  /** Keys of open ones that are over, or whose subject is gone or not watched any more. */
  resolve: string[];
}

/**
 * What follows from how things stand: one alert for a cause and a period. What wavers neither fires nor resolves; what is not known
 * changes nothing; what is gone is over.
 *
 * @param known the latest alert of each rule, subject and period: all that are open, and those of the subjects that were read
 */
export function changesOf(readings: readonly Reading[], known: readonly KnownAlert[]): Changes {
  const alerts = new Map(known.map((alert) => [identity(alert), alert]));
  const changes: Changes = { fire: [], goOn: [], resolve: [] };
  const read = new Set<string>();
  for (const reading of readings) {
    const key = identity(reading);
    read.add(key);
    const alert = alerts.get(key);
    const isOpen = alert !== undefined && alert.state !== AlertState.RESOLVED;
    if (isOpen && reading.verdict === 'CLEAR') changes.resolve.push(alert.key);
    else if (isOpen && reading.verdict !== 'UNKNOWN') changes.goOn.push({ ...reading, key: alert.key });
    else if (!isOpen && reading.verdict === 'BREACHING' && !(alert && reading.isOncePerPeriod)) changes.fire.push({ ...reading, occurrence: (alert?.occurrence ?? 0) + 1 });
  }
  for (const alert of known) if (alert.state !== AlertState.RESOLVED && !read.has(identity(alert))) changes.resolve.push(alert.key);
  return changes;
}

const identity = ({ ruleKey, subjectKey, periodKey }: Pick<KnownAlert, 'ruleKey' | 'subjectKey' | 'periodKey'>): string => `${ruleKey}\n${subjectKey}\n${periodKey}`;
