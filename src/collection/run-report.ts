import { setTimeout as wait } from 'node:timers/promises';
import { CallLimitReached } from './collector-failure.js';
import type { CallLimits, CollectionReport, Contact } from './collector.js';

/** So many different sentences say all there is to say. */
const mostSentences = 20;
const longestSentence = 500;

/** What a run came to show while it collected. */
export class RunReport implements CollectionReport {
  /** Calls by what each cost, in US dollars. */
  readonly calls = new Map<string, number>();
  readonly warnings = new Set<string>();
  readonly notices = new Set<string>();
  readonly refused = new Map<string, number>();

  /**
   * @param limits null for a collector that makes no calls
   * @param callsToday made by the source's runs of this day before
   * @param onPaidCall writes the call down; awaited before the call is made
   * @param onNotice told each notice once, as it comes
   */
  constructor(
    private readonly limits: CallLimits | null,
    private readonly callsToday = 0,
    private readonly onPaidCall: () => Promise<void> = async () => undefined,
    private readonly onNotice: (message: string) => void = () => undefined,
  ) {}

  get callCount(): number {
    return [...this.calls.values()].reduce((sum, count) => sum + count, 0);
  }

  async call(costUsd = '0'): Promise<void> {
    const { perRun, perDay } = this.limits ?? { perRun: 0, perDay: null };
    if (this.callCount >= perRun) throw new CallLimitReached(`the run may make ${perRun} calls and needs more: its source gives no end`);
    if (perDay !== null && this.callsToday + this.callCount >= perDay) {
      throw new CallLimitReached(`the source may be called ${perDay} times a day, and was: it is read again tomorrow`);
    }
    this.calls.set(costUsd, (this.calls.get(costUsd) ?? 0) + 1);
    if (costUsd !== '0') await this.onPaidCall();
  }

  partial(warning: string): void {
    note(this.warnings, warning);
  }

  notice(message: string): void {
    if (note(this.notices, message)) this.onNotice(message);
  }

  refuse(reason: string, count = 1): void {
    if (count === 0) return;
    const key = this.refused.has(reason) || this.refused.size < mostSentences ? reason : 'of other reasons';
    this.refused.set(key, (this.refused.get(key) ?? 0) + count);
  }
}

/** Whether the sentence is new. */
function note(sentences: Set<string>, sentence: string): boolean {
  const short = sentence.slice(0, longestSentence);
  if (sentences.has(short) || sentences.size >= mostSentences) return false;
  sentences.add(short);
  return true;
}

/** A contact in which waiting takes as long as it says. */
export function contactOf(report: CollectionReport, signal: AbortSignal): Contact {
  return { report, signal, pause: (durationMs) => wait(durationMs, undefined, { signal }) };
}
