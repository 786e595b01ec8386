import { UsageMetric, type UsageSample } from '../../../usage/index.js';
import { DAY_MS, HOUR_MS } from './calendar.js';
import { gpuPools, gpuShares } from './catalogue/index.js';
import { sampleBatches } from './samples.js';
import { timelineOf } from './settings.js';

const timeline = timelineOf({ today: new Date('2026-10-16T00:00:00Z') });
const H100 = 'demo/aws/us-east-1/gpu-pool/h100-training';
const A100 = 'demo/azure/eastus/gpu-pool/a100-finetuning';
const L4 = 'demo/gcp/europe-west4/gpu-pool/l4-inference';

describe('the demo samples', () => {
  const all = [...sampleBatches(timeline)].flat();
  const series = new Map<string, UsageSample[]>();
  for (const sample of all) {
    const name = `${sample.resourceId} ${sample.metric}`;
    const samples = series.get(name);
    if (samples === undefined) series.set(name, [sample]);
    else samples.push(sample);
  }
  const valuesOf = (resourceId: string, metric: UsageMetric): UsageSample[] => series.get(`${resourceId} ${metric}`)!;

  /** Mean of the daily maxima of working days, which is what a pool has to hold. */
  const workingDayPeak = (resourceId: string, fromDaysAgo: number, toDaysAgo: number): number => {
    const days = new Map<number, number>();
    for (const { observedAt, value } of valuesOf(resourceId, UsageMetric.GPU_REQUESTED)) {
      const day = Math.floor(Date.parse(observedAt) / DAY_MS);
      const daysAgo = timeline.endMs / DAY_MS - day;
      // 1970-01-01 was a Thursday, so that Saturday and Sunday are 2 and 3.
      if (day % 7 === 2 || day % 7 === 3 || daysAgo > fromDaysAgo || daysAgo <= toDaysAgo) continue;
      days.set(day, Math.max(days.get(day) ?? 0, value));
    }
    return [...days.values()].reduce((sum, value) => sum + value, 0) / days.size;
  };

  it('are finite and not negative', () => {
    expect(all.filter(({ value }) => !Number.isFinite(value) || value < 0)).toEqual([]);
  });

  it('have four hourly series for each pool and one for each share, and are read every six hours or once a day for storage', () => {
    expect(series.size).toBe(3 * 4 + 9 + 5 + 1 + 3);
    for (const [name, samples] of series) {
      const stepMs = name.includes('gpu-pool') || name.includes('gpu-share') ? HOUR_MS : name.includes('bucket') ? DAY_MS : 6 * HOUR_MS;
      expect(samples.filter(({ observedAt }) => Date.parse(observedAt) % stepMs !== 0)).toEqual([]);
      const since = gpuShares.find(({ resource }) => name.startsWith(resource.resourceId))?.daysAgo;
      const steps = (since === undefined ? timeline.endMs - timeline.startMs : since * DAY_MS) / stepMs;
      expect(samples.length).toBeGreaterThan(steps * 0.97);
      expect(samples.length).toBeLessThanOrEqual(steps);
    }
  });

  it('come in the order of time within a series, each instant once', () => {
    for (const samples of series.values()) {
      expect(samples.filter(({ observedAt }, i) => i > 0 && observedAt <= samples[i - 1]!.observedAt)).toEqual([]);
    }
  });

  it('miss single hours now and then', () => {
    const hours = (timeline.endMs - timeline.startMs) / HOUR_MS;
    const missed = hours - valuesOf(H100, UsageMetric.GPU_REQUESTED).length;
    expect(missed).toBeGreaterThan(hours * 0.001);
    expect(missed).toBeLessThan(hours * 0.006);
  });

  it('know nothing of the first 18 hours of an outage, and show nothing allocated in the next 12', () => {
    const samples = valuesOf(A100, UsageMetric.GPU_ALLOCATED);
    const gaps = samples.map(({ observedAt }, i) => (i === 0 ? 0 : Date.parse(observedAt) - Date.parse(samples[i - 1]!.observedAt)));
    const end = gaps.indexOf(Math.max(...gaps));
    expect(gaps[end]! / HOUR_MS).toBe(19);
    expect(samples.slice(end, end + 11).map(({ value }) => value)).toEqual(Array<number>(11).fill(0));
    const recovering = samples.slice(end + 12, end + 24).map(({ value }) => value);
    expect(Math.max(...recovering)).toBeLessThan(workingDayPeak(A100, 60, 0));
    expect(Math.max(...recovering)).toBeGreaterThan(0);
  });

  it('never allocate more than there is, nor more than was asked for', () => {
    for (const { resource, limit } of gpuPools) {
      const allocated = valuesOf(resource.resourceId, UsageMetric.GPU_ALLOCATED);
      const requested = valuesOf(resource.resourceId, UsageMetric.GPU_REQUESTED);
      expect(allocated.filter(({ value }, i) => value > limit || value > requested[i]!.value)).toEqual([]);
    }
  });

  it('never give shares of a pool more than is allocated of it, and leave a part of it without a label', () => {
    for (const pool of gpuPools) {
      const shares = gpuShares.filter((share) => share.pool === pool);
      const given = new Map<string, number>();
      for (const { resource } of shares) for (const { observedAt, value } of valuesOf(resource.resourceId, UsageMetric.GPU_ALLOCATED)) given.set(observedAt, (given.get(observedAt) ?? 0) + value);
      const allocated = valuesOf(pool.resource.resourceId, UsageMetric.GPU_ALLOCATED).filter(({ observedAt }) => given.has(observedAt));
      expect(allocated.filter(({ observedAt, value }) => given.get(observedAt)! > value + 1e-9)).toEqual([]);
      const share = allocated.reduce((sum, { observedAt }) => sum + given.get(observedAt)!, 0) / allocated.reduce((sum, { value }) => sum + value, 0);
      expect(share > 0.8 && share < 1).toBe(true);
    }
  });

  it('show L4 full at some peaks, with more asked for', () => {
    const requested = valuesOf(L4, UsageMetric.GPU_REQUESTED);
    const over = requested.flatMap(({ value }, i) => (value > 96 ? [i] : []));
    expect(over.length).toBeGreaterThan(10);
    expect(over.length).toBeLessThan(300);
    expect(over.map((i) => valuesOf(L4, UsageMetric.GPU_ALLOCATED)[i]!.value)).toEqual(over.map(() => 96));
  });

  it('show H100 growing towards 230 of 256, and A100 far from 115 of 128 since its load moved', () => {
    expect(workingDayPeak(H100, 380, 350)).toBeGreaterThan(140);
    expect(workingDayPeak(H100, 145, 115) - workingDayPeak(H100, 187, 157)).toBeGreaterThan(15);
    expect(workingDayPeak(H100, 14, 0)).toBeGreaterThan(210);
    expect(workingDayPeak(H100, 14, 0)).toBeLessThan(225);
    expect(workingDayPeak(A100, 190, 160)).toBeGreaterThan(90);
    expect(workingDayPeak(A100, 14, 0)).toBeLessThan(80);
  });
});
