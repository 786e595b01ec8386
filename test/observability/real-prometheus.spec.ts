import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { administrator } from '../../src/access/index.js';
import { bringUpToDate } from '../../src/cli/bring-up-to-date.js';
import { loadDemo } from '../../src/cli/demo.js';
import { Progress } from '../../src/cli/progress.js';
import { budgets, channels, leftOutName, pools, sources } from '../../src/observability/index.js';
import { query } from '../../src/platform/index.js';
import { describeWithPrometheus, projectRoot, promtool, RealPrometheus, samplesOf, TestApp, type Sample } from '../support/index.js';

const adminKey = 'k'.repeat(32);
const monitoring = join(projectRoot, 'docs/monitoring');
const fileOf = (name: string) => readFileSync(join(monitoring, name), 'utf8');
const guide = readFileSync(join(projectRoot, 'docs/guides/metrics.md'), 'utf8');
const rules = fileOf('headroom-rules.yml');
const dashboard = JSON.parse(fileOf('grafana-dashboard.json')) as Dashboard;
const names = [leftOutName, ...[pools, budgets, sources, channels].flatMap(({ families }) => families.map(({ name }) => name))];
/** Progress that nobody watches. */
const unwatched = new Progress({ write: () => true, isTTY: false } as unknown as NodeJS.WriteStream);

interface Dashboard {
  templating: { list: { name: string; type: string; query: { query: string } | string }[] };
  panels: { title: string; type: string; id: number; gridPos: Record<'x' | 'y' | 'w' | 'h', number>; targets?: { expr: string; refId: string }[] }[];
}

const questions = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr, refId }) => [title, refId, expr] as const));
const variables = dashboard.templating.list.filter(({ type }) => type === 'query').map(({ query }) => (query as { query: string }).query);
/** As Grafana asks when everything is chosen. */
const chosen = (expression: string) => expression.replace(/\$(resource|metric)\b/g, '.+');
const namedIn = (text: string) => [...new Set(text.match(/\bheadroom_\w+/g))];

describe('the guide to the metrics', () => {
  it('has a row for each of them, with its labels, and none for others', () => {
    const rows = [...guide.matchAll(/^\| `(headroom_\w+)` \| ([^|]*)\|/gm)].map(([, name, labels]) => [name, labels!.match(/\w+/g) ?? []]);
    const own = [pools, budgets, sources, channels].flatMap(({ families }) => families.map(({ name, labelNames = [] }) => [name, [...labelNames]]));
    expect(rows).toEqual([...own, [leftOutName, ['kind']]]);
    for (const { kind, labelNames } of [pools, budgets, sources, channels]) {
      expect(guide).toMatch(new RegExp(`^Of each of the ${kind}.*: ${labelNames.map((name) => `\`${name}\``).join(', ')}`, 'm'));
    }
  });

  it('has a row for each alert, and none for others', () => {
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect([...guide.matchAll(/^\| `(Headroom\w+)` \|/gm)].map(([, name]) => name)).toEqual(alerts);
  });
});

describe('the dashboard and the rules', () => {
  it('name metrics that there are', () => {
    for (const text of [...questions.map(([, , expression]) => expression), ...variables, rules]) {
      expect(namedIn(text).filter((name) => !names.includes(name))).toEqual([]);
    }
    // And between them all of these.
    expect(namedIn(JSON.stringify(dashboard) + rules).toSorted()).toEqual(names.toSorted());
  });

  it('has panels that do not overlap', () => {
    const cells = dashboard.panels.flatMap(({ id, gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => ({ id, at: `${x + (cell % w)},${y + Math.floor(cell / w)}` })));
    expect(new Set(cells.map(({ at }) => at)).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describeWithPrometheus('a real Prometheus', () => {
  let app: TestApp;
  let server: RealPrometheus | undefined;
  let text: string;
  let samples: Sample[];
  /** When it had read the page. */
  let at: string | undefined;
  const ask = async (expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> =>
    (await server!.ask('query', { query: expression, ...(at && { time: at }) })).result;

  beforeAll(async () => {
    app = await TestApp.start({ now: '2026-11-22T09:00:00Z', adminKey });
    await loadDemo(app.app, administrator, unwatched);
    await bringUpToDate(app.app, administrator, unwatched);
    // The demo tells nobody anything.
    await query(app.db, sql`WITH channel AS (INSERT INTO notification_channel (name, channel, settings) VALUES ('mail', 'email', '{}') RETURNING id)
      INSERT INTO notification (channel_id, subject_key, dedup_key, message_state, severity, since, summary, details, path)
      SELECT channel.id, 'x', 'x', 'FIRING', 'WARNING', now(), 'x', '[]', '/' FROM channel`);
    text = await (await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } })).text();
    samples = samplesOf(text);
    const [, configuration] = /```yaml\n(.*?)```/s.exec(guide)!;
    const here = configuration!.replace('127.0.0.1:4000', new URL(app.url).host).replace(/scrape_interval: \w+/, 'scrape_interval: 5s');
    server = await RealPrometheus.scraping(here, { 'headroom.key': adminKey, 'headroom-rules.yml': rules });
    // What it reads of a page it stores at once.
    while (!at) at = (await ask('timestamp(scrape_samples_scraped{job="headroom"} > 0)'))[0]?.value[1];
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await app.stop();
  });

  it('is content with the rules, and with what their tests say of them', async () => {
    for (const [args, says] of [
      [['check', 'rules', 'headroom-rules.yml'], /SUCCESS: 16 rules found/],
      [['test', 'rules', 'headroom-rules.test.yml'], /SUCCESS/],
    ] as const) {
      const { isContent, said } = await promtool(args, { cwd: monitoring });
      expect(said).toMatch(says);
      expect(isContent).toBe(true);
    }
  });

  it('finds nothing to complain of in the names, types and units of the page', async () => {
    expect(await promtool(['check', 'metrics'], { input: text })).toEqual({ isContent: true, said: '' });
    // It does complain where there is something.
    const { said } = await promtool(['check', 'metrics'], { input: '# TYPE headroom_exhaustion_days gauge\nheadroom_exhaustion_days{quantile="0.1"} 5\n' });
    expect(said).toMatch(/base unit "seconds" instead of "days"/);
  });

  it('scrapes the page with the key, and has every sample of it', async () => {
    expect((await ask('up')).map(({ value: [, value] }) => value)).toEqual(['1']);
    const stored = await ask('{job="headroom", __name__=~"headroom_.+"}');
    const keyOf = (labels: Record<string, string>) => JSON.stringify(Object.entries(labels).filter(([label]) => !['job', 'instance'].includes(label)).toSorted());
    const values = new Map(stored.map(({ metric, value: [, value] }) => [keyOf(metric), Number(value)]));
    expect(values).toEqual(new Map(samples.map(({ name: __name__, labels, value }) => [keyOf({ __name__, ...labels }), value])));
    // Every metric has something to say of the demo.
    expect([...new Set(samples.map(({ name: told }) => told))].toSorted()).toEqual(names.toSorted());
  });

  it.each(questions)('answers what the dashboard asks for "%s", %s', async (_title, _refId, expression) => {
    expect((await ask(chosen(expression))).length).toBeGreaterThan(0);
  });

  it('has values for the variables of the dashboard', async () => {
    for (const variable of variables) {
      const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(variable)!;
      const values: string[] = await server!.ask(`label/${label}/values`, { 'match[]': chosen(selector!) });
      expect(values.length).toBeGreaterThan(1);
    }
  });

  it('loads the rules, and every expression of them can be asked', async () => {
    const { groups } = await server!.ask('rules');
    const loaded: { name: string; query: string }[] = groups.flatMap((group: { rules: { name: string; query: string }[] }) => group.rules);
    expect(loaded).toHaveLength(16);
    for (const { query: expression } of loaded) expect(Array.isArray(await ask(expression))).toBe(true);
    // The H100 pool of the demo takes three months to grow and weeks to fill: its order is late, at any time from then on.
    const late = await ask('headroom_order_by_timestamp_seconds < time()');
    expect(late.map(({ metric }) => metric['resource'])).toContain('demo-h100-training');
  });
});
