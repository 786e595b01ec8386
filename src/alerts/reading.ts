/** How a subject stands towards a rule. `BETWEEN` is neither: what fires goes on firing, and what does not stays silent. */
export type Verdict = 'BREACHING' | 'BETWEEN' | 'CLEAR' | 'UNKNOWN';

/** What an alert is of. */
export type AlertSubject = { budgetKey: string } | { resourceKey: string } | { dataSourceKey: string };

/** A subject of a rule, as it stands now. One that is not known well enough is read all the same, as `UNKNOWN`: it is not gone. */
export interface Reading {
  ruleKey: string;
  subject: AlertSubject;
  /** Tells the subjects of one rule apart. */
  subjectKey: string;
  /** The period that the cause belongs to; empty where there is none. */
  periodKey: string;
  verdict: Verdict;
  /** Once told, it is not told again in its period, whatever happens in between. */
  isOncePerPeriod: boolean;
  observed: number;
  threshold: number;
  unit: string;
  /** One sentence on what happened. */
  summary: string;
  /** How sure it is, and what to do. */
  details: { name: string; value: string }[];
}

/**
 * Breaching from the threshold on, clear only well below it: what wavers around the threshold is told once.
 *
 * @param clearBelow a fraction of the threshold
 */
export function verdictOf(observed: number, threshold: number, clearBelow: number): Verdict {
  if (observed >= threshold) return 'BREACHING';
  return observed < clearBelow * threshold ? 'CLEAR' : 'BETWEEN';
}
