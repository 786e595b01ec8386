import type { Database } from '../platform/index.js';
import type { Reading } from './reading.js';

/** A rule that is enabled, as a condition reads it. */
export interface WatchingRule<Settings> {
  key: string;
  condition: Settings;
}

/** A kind of thing to be told of. */
export interface AlertCondition<Settings extends object = object> {
  /** As `alert_rule.kind` has it. */
  readonly kind: string;
  /** Every subject of these rules, as it stands at an instant. */
  readings(db: Database, rules: readonly WatchingRule<Settings>[], now: Date): Promise<Reading[]>;
}
