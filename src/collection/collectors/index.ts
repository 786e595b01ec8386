import { demo } from './demo/index.js';
import { focus } from './focus/focus.js';
import { prometheus } from './prometheus/prometheus.js';
import type { Collector } from '../collector.js';
import { usageCsv } from './usage-csv/usage-csv.js';

/** Every collector. A new one is a folder beside these and a line here. */
export const collectors: readonly Collector[] = [demo, focus, prometheus, usageCsv];

export { demo, focus, usageCsv };
export { demoBudgets, demoCapacities } from './demo/index.js';
