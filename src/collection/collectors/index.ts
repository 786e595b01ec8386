import type { Collector } from '../collector.js';
import { awsCloudWatch } from './aws-cloudwatch/aws-cloudwatch.js';
import { awsCostExplorer } from './aws-cost-explorer/aws-cost-explorer.js';
import { datadog } from './datadog/datadog.js';
import { demo } from './demo/index.js';
import { focusAzure, focusFolder, focusGoogle, focusS3 } from './focus-export/focus-exports.js';
import { focus } from './focus/focus.js';
import { kubernetes } from './kubernetes/kubernetes.js';
import { prometheus } from './prometheus/prometheus.js';
import { usageCsv } from './usage-csv/usage-csv.js';
import { DomainError } from '../../platform/index.js';

/** Every collector. A new one is a folder beside these and a line here. */
export const collectors: readonly Collector[] = [
  awsCloudWatch, awsCostExplorer, datadog, demo, focus, focusAzure, focusFolder, focusGoogle, focusS3, kubernetes, prometheus, usageCsv,
];

/** A name that no collector has. */
export class UnknownCollector extends DomainError {
  readonly code = 'UNKNOWN_PLUGIN';
  override readonly field = ['collector'];
  constructor(name: string) {
    super(`there is no collector "${name}": there are ${collectors.map((collector) => collector.name).join(', ')}`);
  }
}

/** @throws UnknownCollector */
export function collectorNamed(name: string): Collector {
  const collector = collectors.find((one) => one.name === name);
  if (!collector) throw new UnknownCollector(name);
  return collector;
}

export { awsCostExplorer, demo, focus, usageCsv };
export { demoBudgets, demoCapacities } from './demo/index.js';
