import { collectors } from '../../src/collection/index.js';
import type { SeriesSamples } from '../../src/usage/index.js';
import { describeWithPrometheus, RealPrometheus, runCollector } from '../support/index.js';

const prometheus = collectors.find(({ name }) => name === 'prometheus')!;
const stepMs = 300_000;
const start = Date.parse('2026-08-01T00:00:00Z');
const days = 30;
const outage = [start + 10.25 * 86_400_000, start + 11.75 * 86_400_000] as const;

/** Of two GPUs, every five minutes: sums that come out even, and a day and a half in which nobody looked. */
function history(): string {
  const lines = ['# TYPE gpu_busy gauge'];
  for (const gpu of [0, 1]) {
    for (let ms = start - stepMs; ms <= start + days * 86_400_000; ms += stepMs) {
      if (ms < outage[0] || ms >= outage[1]) lines.push(`gpu_busy{Hostname="node-1",gpu="${gpu}"} ${(Math.floor(ms / stepMs) % 12) + gpu} ${ms / 1000}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

describeWithPrometheus('the prometheus collector, on a real Prometheus', () => {
  let server: RealPrometheus | undefined;
  beforeAll(async () => {
    server = await RealPrometheus.start(history());
  }, 60_000);
  afterAll(() => server?.stop());

  async function collect(query: string, step: string): Promise<SeriesSamples[]> {
    const { observations } = await runCollector(
      prometheus,
      { url: server!.url, step, queries: [{ query, metric: 'GPU_POWER', resourceId: '{Hostname}/{gpu}' }] },
      { window: { start: new Date(start), end: new Date(start + days * 86_400_000) } },
    );
    return observations.flatMap((seen) => (seen.kind === 'usage' ? [...seen.rows] : []));
  }
  const pointsOf = (series: SeriesSamples[], resourceId: string): [number, number][] =>
    series.filter((one) => one.resourceId === resourceId).flatMap(({ observedAtMs, values }) => Array.from(values, (value, index): [number, number] => [observedAtMs[index]!, value]));

  it('gets every sample of it once, at its instant, and the gap as a gap', async () => {
    const series = await collect('gpu_busy', 'PT5M');
    // An instant query looks five minutes back: so long a sample stands for what follows it.
    const expected = Array.from({ length: days * 288 }, (_, index) => start + index * stepMs).filter((ms) => ms < outage[0] || ms >= outage[1]);
    for (const gpu of [0, 1]) {
      const points = pointsOf(series, `node-1/${gpu}`).filter(([ms]) => ms !== outage[0]);
      expect(points).toEqual(expected.map((ms) => [ms, (Math.floor(ms / stepMs) % 12) + gpu]));
    }
  }, 60_000);

  it('gets means of an hour where the hour began', async () => {
    const series = await collect('avg by (Hostname, gpu) (avg_over_time(gpu_busy[$step]))', 'PT1H');
    const points = pointsOf(series, 'node-1/1').filter(([ms]) => ms + 3_600_000 < outage[0] || ms > outage[1]);
    expect(points.length).toBeGreaterThan((days - 2) * 24);
    expect(points.filter(([ms]) => ms % 3_600_000 !== 0)).toEqual([]);
    // Twelve samples in a row are 0 to 11, and one more for the second GPU. The sample at the very start of a
    // step belongs to the step before, which Prometheus itself says only from its version 3 on.
    expect(points.filter(([, value]) => Math.abs(value - (66 / 12 + 1)) > 1e-9)).toEqual([]);
  }, 60_000);

  it('is told what the expression lacks', async () => {
    await expect(collect('avg_over_time(gpu_busy)', 'PT1H')).rejects.toThrow(/refuses the query avg_over_time\(gpu_busy\): .*expected type range vector/);
  });
});
