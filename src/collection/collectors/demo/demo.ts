import type { ResourceDescription } from '../../../resources/index.js';
import { bySeries } from '../../../usage/index.js';
import type { Collector } from '../../collector.js';
import { originalBills, restatedBill } from './bill.js';
import { instant } from './calendar.js';
import { demoResources } from './catalogue/index.js';
import { sampleBatches } from './samples.js';
import { nodeSizes } from './share-samples.js';
import { timelineOf, type DemoSettings, type Timeline } from './settings.js';

/**
 * An organisation that does not exist, so that every screen has something to show before the first real collector runs.
 * It trains models on H100s at AWS, fine-tunes on A100s at Azure, and serves them from L4s at Google Cloud. Four teams
 * pay for it: research, product, platform, and data, which was founded six weeks ago.
 *
 * What there is to find: H100 demand has grown since a launch five months ago and meets its usable limit within weeks;
 * L4 is full at peaks since a product launch two months ago; A100 lost load to H100 and pays for committed nodes it does
 * not use. One volume is full within a month, one was resized just in time, one runs out of inodes before bytes, one
 * never fills. Teams share the pools as whole GPUs, MIG slices, in turns and by fractions, and a part of it has no label.
 * An outage left a gap in the samples and a refund on the bill. One past bill is delivered a second time,
 * corrected, and the cost of the last two days has not arrived in full.
 *
 * Unit    the units of `usageUnits`; money in the currency of the sub account, exact to a billionth.
 * Labels  every account, resource and tag set says demo, so that none of it is ever taken for real.
 * Throws  RangeError for settings that describe no history. There is no outside world that could fail.
 * Source  generated: a pure function of the settings, byte for byte. Prices are near public list prices of 2025.
 */
export const demo: Collector<Omit<DemoSettings, 'today'>> = {
  name: 'demo',
  description: 'Generates 13 months of a believable organisation, without any account: resources, usage and a FOCUS bill.',

  settingsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      seed: { type: 'integer', default: 1, description: 'another one tells the same story with other noise' },
      months: { type: 'integer', minimum: 3, default: 13, description: 'calendar months, the current one included' },
      delivery: { type: 'string', enum: ['original', 'restated'], default: 'original', description: 'everything, or the corrected bill of the month two months ago' },
    },
    examples: [{}],
  },

  async *collect(settings, { window, signal }) {
    const timeline = timelineOf({ ...settings, today: window.end });
    if (settings.delivery === 'restated') {
      yield { kind: 'charges', rows: restatedBill(timeline) };
      return;
    }
    yield { kind: 'resources', rows: describedResources(timeline) };
    signal.throwIfAborted();
    yield { kind: 'capacities', rows: nodeSizes(timeline) };
    for (const rows of sampleBatches(timeline)) {
      signal.throwIfAborted();
      yield { kind: 'usage', rows: bySeries(rows) };
    }
    for (const rows of originalBills(timeline)) {
      signal.throwIfAborted();
      yield { kind: 'charges', rows };
    }
  },
};

function describedResources(timeline: Timeline): ResourceDescription[] {
  const seen = { firstSeenAt: instant(timeline.startMs), lastSeenAt: instant(timeline.endMs) };
  return demoResources.map((resource) => ({
    providerName: resource.providerName,
    resourceId: resource.resourceId,
    parentResourceId: resource.parentResourceId ?? null,
    resourceName: resource.resourceName,
    resourceType: resource.resourceType,
    serviceName: resource.serviceName,
    serviceCategory: resource.serviceCategory,
    regionId: resource.regionId,
    subAccountId: resource.subAccountId,
    tags: resource.tags,
    gpu: resource.gpu,
    ...seen,
  }));
}
