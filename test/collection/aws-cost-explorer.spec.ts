import { awsCostExplorer, CollectorRejected, collectors, CollectorUnavailable, type Observations } from '../../src/collection/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import type { Charge } from '../../src/costs/index.js';
import { CostExplorerServer, exact, exactSum, misbehaviour, runCollector, SourceServer, testContact, type Behaviour, type CostLine } from '../support/index.js';

const window = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-24T00:00:00Z') };
const accounts = ['111111111111', '222222222222'];

/** October and 23 days of November: 20 services in each of two accounts, with cents down to the tenth place. */
function bill(): CostLine[] {
  const lines: CostLine[] = [];
  for (let at = window.start.getTime(); at < window.end.getTime(); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    for (let group = 0; group < 40; group++) {
      const cents = (group * 7 + Number(day.slice(-2)) * 13) % 97;
      const unblended = `${group}.${String(cents).padStart(2, '0')}00012345`;
      lines.push({ day, service: `Service ${group % 20}`, account: accounts[group < 20 ? 0 : 1]!, recordType: 'Usage', team: group % 3 === 0 ? '' : 'platform', unblended, amortized: unblended.replace('.', '1.'), netAmortized: unblended });
    }
  }
  const monthly = { service: 'Tax', account: accounts[0]!, team: '', amortized: '0', netAmortized: '0' };
  lines.push({ ...monthly, day: '2026-10-01', recordType: 'Tax', unblended: '311.0700000001', amortized: '311.0700000001', netAmortized: '311.0700000001' });
  lines.push({ ...monthly, day: '2026-10-31', service: 'Service 1', recordType: 'Credit', unblended: '-250', amortized: '-250', netAmortized: '-250' });
  lines.push({ ...monthly, day: '2026-11-03', service: 'Service 2', recordType: 'Refund', unblended: '-12.5', amortized: '-12.5', netAmortized: '-12.5' });
  lines.push({ ...monthly, day: '2026-11-01', service: 'Service 3', recordType: 'SavingsPlanUpfrontFee', unblended: '9000' });
  return lines;
}

const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>of the role</SecretAccessKey><SessionToken>token of the role</SessionToken>
  <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const charges = (observations: readonly Observations[]): Charge[] => observations.flatMap((seen) => (seen.kind === 'charges' ? [...seen.rows] : []));
const sum = (observations: readonly Observations[], cost: 'billedCost' | 'effectiveCost') => exactSum(charges(observations).map((charge) => charge[cost]));

describe('AWS Cost Explorer', () => {
  let server: CostExplorerServer;
  beforeEach(async () => {
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    server = await CostExplorerServer.start('2026-11-24');
    server.lines = bill();
  });
  afterEach(() => server.stop());

  const settings = (more: Record<string, unknown> = {}) => ({
    billingAccountId: '123456789012',
    endpoint: server.url,
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'sesame-4711-open',
    ...more,
  });
  const collect = (more: Record<string, unknown> = {}) => runCollector(awsCostExplorer, settings(more), { window });
  const refusal = CostExplorerServer.refusal;
  /** The nth calls get these in place of their answers. */
  const failing = (...behaviours: [number, Behaviour][]) => {
    const of = new Map(behaviours);
    server.instead = (call) => of.get(call) ?? null;
  };

  function expectTruth(observations: readonly Observations[]): void {
    expect(sum(observations, 'billedCost')).toBe(server.total('unblended'));
    expect(sum(observations, 'effectiveCost')).toBe(server.total('netAmortized'));
  }

  it('is registered', () => {
    expect(collectors).toContain(awsCostExplorer);
  });

  it('is read to the digit, in whole months, with its own totals', async () => {
    const { observations } = await collect();
    expectTruth(observations);
    const periods = observations.flatMap((seen) => (seen.kind === 'billing-periods' ? [...seen.rows] : []));
    expect(periods.map(({ billingPeriodStart, billingPeriodEnd, totals }) => [billingPeriodStart, billingPeriodEnd, totals])).toEqual([
      ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', [{ billingCurrency: 'USD', billedCost: server.total('unblended', '2026-10') }]],
      ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', [{ billingCurrency: 'USD', billedCost: server.total('unblended', '2026-11') }]],
    ]);
  });

  it('costs at most 20 pages a day for 40 groups, and each page is counted at a cent', async () => {
    server.forecast = { mean: '12.5', lower: '10', upper: '15' };
    const { report } = await collect();
    // 5 pages of usage at 500 groups each, 4 of the other categories, 1 of totals, 2 of forecasts.
    expect(server.requests.length).toBe(12);
    expect(server.requests.length).toBeLessThanOrEqual(20);
    expect([...report.calls]).toEqual([['0.01', 12]]);
  });

  it('keeps credits, refunds, taxes and purchases with their sign and category', async () => {
    const { observations } = await collect();
    const others = charges(observations).filter(({ chargeCategory }) => chargeCategory !== 'Usage');
    expect(others.map(({ chargeCategory, chargePeriodStart, billedCost, effectiveCost }) => [chargeCategory, chargePeriodStart.slice(0, 10), exact(billedCost), exact(effectiveCost)])).toEqual([
      ['Purchase', '2026-11-01', '9000', '0'],
      ['Tax', '2026-10-01', '311.0700000001', '311.0700000001'],
      ['Credit', '2026-10-31', '-250', '-250'],
      ['Adjustment', '2026-11-03', '-12.5', '-12.5'],
    ]);
  });

  it('takes the category from the record type where that is a key, and asks once', async () => {
    const { observations } = await collect({ groupBy: [{ type: 'DIMENSION', key: 'SERVICE' }, { type: 'DIMENSION', key: 'RECORD_TYPE' }] });
    expectTruth(observations);
    expect(new Set(charges(observations).map(({ chargeCategory }) => chargeCategory))).toEqual(new Set(['Usage', 'Tax', 'Credit', 'Adjustment', 'Purchase']));
    expect(JSON.parse(charges(observations)[0]!.extra!)).toMatchObject({ x_RECORD_TYPE: 'Usage' });
  });

  it('takes one amortized cost for the effective one, and keeps the other beside it', async () => {
    const net = charges((await collect()).observations)[1]!;
    expect(JSON.parse(net.extra!)).toMatchObject({ x_AmortizedCost: server.lines[1]!.amortized });
    const { observations } = await collect({ effectiveCost: 'AmortizedCost' });
    expect(sum(observations, 'effectiveCost')).toBe(server.total('amortized'));
  });

  it('calls a tag without a value untagged', async () => {
    const { observations } = await collect({ groupBy: [{ type: 'DIMENSION', key: 'SERVICE' }, { type: 'TAG', key: 'team' }] });
    expectTruth(observations);
    expect(new Set(charges(observations).map(({ tags }) => tags))).toEqual(new Set(['{"team":"untagged"}', '{"team":"platform"}']));
  });

  it('says from which day on a month is estimated, unless it is told to settle such days', async () => {
    server.estimatedFrom = '2026-11-10';
    const periods = (observations: readonly Observations[]) => observations.flatMap((seen) => (seen.kind === 'billing-periods' ? seen.rows.map(({ estimatedFrom }) => estimatedFrom) : []));
    const { observations } = await collect();
    expect(periods(observations)).toEqual([null, '2026-11-10T00:00:00Z']);
    expect(charges(observations).filter(({ extra }) => (JSON.parse(extra!) as Record<string, string>).x_Estimated === 'true').every(({ chargePeriodStart }) => chargePeriodStart >= '2026-11-10')).toBe(true);
    expect(periods((await collect({ settleEstimatedDays: true })).observations)).toEqual([null, null]);
  });

  it('keeps what AWS forecasts itself, labelled, and goes without where there is none', async () => {
    expect((await collect()).observations.some(({ kind }) => kind === 'comparison-forecasts')).toBe(false);
    server.forecast = { mean: '12.5', lower: '10', upper: '15' };
    const { observations } = await collect({ forecastDays: 2 });
    const forecasts = observations.flatMap((seen) => (seen.kind === 'comparison-forecasts' ? [...seen.rows] : []));
    const day = { madeBy: 'AWS Cost Explorer', billingCurrency: 'USD', periodStart: '2026-11-24T00:00:00Z', periodEnd: '2026-11-25T00:00:00Z', mean: 12.5, interval: { lower: 10, upper: 15, level: 80 } };
    expect(forecasts.length).toBe(4);
    expect([forecasts[0], forecasts[2]]).toEqual([{ ...day, costMetric: 'BILLED_COST' }, { ...day, costMetric: 'EFFECTIVE_COST' }]);
  });

  it('is asked for the page again when it throttles with status 400, and for no page before it', async () => {
    failing([3, refusal('ThrottlingException', 'Rate exceeded')], [4, refusal('LimitExceededException', 'too many calls')]);
    const { observations, pauses } = await collect();
    expectTruth(observations);
    expect(server.requests.length).toBe(13);
    expect(pauses.length).toBe(2);
    expect(pauses[1]!).toBeGreaterThanOrEqual(2_000);
  });

  it('that throttles for ever is left to a later run after a few tries', async () => {
    server.instead = () => refusal('LimitExceededException');
    await expect(collect()).rejects.toThrow(CollectorUnavailable);
    expect(server.requests.length).toBe(5);
  });

  it.each<[string, Behaviour]>([
    ['breaks', misbehaviour.refuse(500)],
    ['is overloaded', misbehaviour.refuse(503)],
    ['cuts the connection', misbehaviour.reset()],
    ['cuts a page off', misbehaviour.cutOff()],
    ['gives a page for people with status 200', misbehaviour.html()],
    ['gives JSON that breaks off', misbehaviour.brokenJson()],
  ])('that %s in the middle of paging is asked once more for that page', async (_, behaviour) => {
    failing([3, behaviour]);
    const { observations } = await collect();
    expectTruth(observations);
    expect(server.requests.length).toBe(12);
  });

  it.each(['InvalidNextTokenException', 'RequestChangedException', 'BillExpirationException'])('that loses its pages with %s is read once more from the first', async (name) => {
    failing([3, refusal(name)]);
    const { observations } = await collect();
    expectTruth(observations);
    expect(server.requests.length).toBe(14);
    server.instead = (call) => (call % 2 === 0 ? refusal(name) : null);
    const before = server.requests.length;
    await expect(collect()).rejects.toThrow(CollectorUnavailable);
    expect(server.requests.length - before).toBeLessThanOrEqual(4);
  });

  it.each(['ExpiredTokenException', 'UnrecognizedClientException', 'AccessDeniedException', 'DataUnavailableException', 'ValidationException'])('that answers %s needs a person, and is asked once', async (name) => {
    server.instead = () => refusal(name, 'because of sesame-4711-open');
    const error = await collect().then(() => null, (thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(CollectorRejected);
    expect(error!.message).toContain(name);
    expect(error!.message).not.toContain('sesame');
    expect(server.requests.length).toBe(1);
  });

  it('counts a page that comes twice once', async () => {
    server.bend = (page, call) => (call === 2 ? { ...page, ResultsByTime: [...page.ResultsByTime, ...page.ResultsByTime] } : page);
    expectTruth((await collect()).observations);
  });

  it('fails the run when one group has two costs', async () => {
    server.bend = (page, call) => {
      if (call !== 2) return page;
      const other = structuredClone(page.ResultsByTime[0]!);
      other.Groups![0]!.Metrics!.UnblendedCost!.Amount = '5';
      return { ...page, ResultsByTime: [...page.ResultsByTime, other] };
    };
    await expect(collect()).rejects.toThrow('gives two different costs for one group on');
  });

  it.each([
    ['the same page', () => 'again', 2],
    ['pages in a circle', (call: number) => `page#${call % 2}`, 3],
  ])('fails the run when it points to %s for ever', async (_, token, calls) => {
    server.bend = (page, call) => ({ ...page, NextPageToken: token(call) });
    await expect(collect()).rejects.toThrow('its pages have no end');
    expect(server.requests.length).toBe(calls);
  });

  it('passes over an empty page, and not over many', async () => {
    let kept: string | undefined;
    server.bend = (page, call) => {
      if (call !== 2) return page;
      kept = page.NextPageToken;
      return { ResultsByTime: [], NextPageToken: 'page#500#' };
    };
    expectTruth((await collect()).observations);
    expect(kept).toBeDefined();
    server.bend = (_, call) => ({ ResultsByTime: [], NextPageToken: `page#${call}` });
    await expect(collect()).rejects.toThrow('5 empty pages in a row');
  });

  it('that is restated while it is read is read once more', async () => {
    server.onCall = (call) => {
      if (call === 4) server.lines[0]!.unblended = '1000000.0000000001';
    };
    const { observations } = await collect();
    expectTruth(observations);
    // 5 pages of usage, 4 of the other categories and 1 of totals, twice; and the forecast that there is not.
    expect(server.requests.length).toBe(21);
  });

  it('that is restated with every call is left to a later run', async () => {
    server.onCall = (call) => {
      server.lines[0]!.unblended = `${call}.01`;
    };
    await expect(collect()).rejects.toThrow('was restated while it was read: UnblendedCost of 2026-10 in USD');
    server.onCall = () => undefined;
    expectTruth((await collect()).observations);
  });

  it('is taken as it is, and said so, where it does not agree with itself twice', async () => {
    server.bend = (page) => {
      const total = page.ResultsByTime[0]!.Total?.UnblendedCost;
      if (total) total.Amount = '1';
      return page;
    };
    const { observations, report } = await collect();
    expectTruth(observations);
    expect([...report.notices][0]).toContain('does not agree with itself, and says so twice');
  });

  it.each(['NaN', 'Infinity', '', '12,5', '1e400'])('is not believed when an amount is "%s"', async (amount) => {
    server.bend = (page) => {
      const metrics = page.ResultsByTime[0]!.Groups?.[0]?.Metrics;
      if (metrics) metrics.UnblendedCost!.Amount = amount;
      return page;
    };
    await expect(collect()).rejects.toThrow(`the UnblendedCost ${JSON.stringify(amount)}, and it needs an exact decimal`);
  });

  it('is not taken for dollars when it names no currency', async () => {
    server.currency = '';
    await expect(collect()).rejects.toThrow('it needs an ISO 4217 code');
  });

  it('is asked with the credentials of the environment, as the SDK finds them', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIAENVIRONMENT';
    process.env.AWS_SECRET_ACCESS_KEY = 'of the environment';
    try {
      const { observations } = await collect({ accessKeyId: undefined, secretAccessKey: undefined });
      expectTruth(observations);
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
    expect(server.requests[0]!.headers.authorization).toContain('Credential=AKIAENVIRONMENT/');
  });

  it('is asked in the role that the source names, which is assumed once', async () => {
    const sts = await SourceServer.start((_, response) => void response.writeHead(200, { 'content-type': 'text/xml' }).end(assumed));
    try {
      const role = { roleArn: 'arn:aws:iam::123456789012:role/headroom', externalId: 'our own', stsEndpoint: sts.url };
      const { observations, report } = await collect(role);
      expectTruth(observations);
      expect(Object.fromEntries(new URLSearchParams(sts.requests[0]!.body))).toMatchObject({ Action: 'AssumeRole', RoleArn: role.roleArn, ExternalId: 'our own' });
      expect([sts.requests.length, report.calls.get('0')]).toEqual([1, 1]);
      expect(server.requests[0]!.headers).toMatchObject({ authorization: expect.stringContaining('Credential=ASIAROLE/') as string, 'x-amz-security-token': 'token of the role' });

      sts.answer((_, response) => void response.writeHead(403).end('<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for sesame-4711-open</Message></Error></ErrorResponse>'));
      const error = await collect(role).then(() => null, (thrown: unknown) => thrown as Error);
      expect(error).toBeInstanceOf(CollectorRejected);
      expect(error!.message).toBe('AWS STS refuses the credentials: AccessDenied: not for [secret]');
    } finally {
      await sts.stop();
    }
  });

  it('is given up when it does not answer and the run is over', async () => {
    const over = new AbortController();
    failing([2, () => over.abort(new Error('the run has taken too long'))]);
    await expect(runCollector(awsCostExplorer, settings(), { window, signal: over.signal })).rejects.toThrow('the run has taken too long');
    expect(server.requests.length).toBe(2);
  });

  it('says what answers when the settings are tried, for one page', async () => {
    const { contact, report } = testContact(awsCostExplorer);
    const said = await awsCostExplorer.test!(checkedSettings(awsCostExplorer, settings()), contact);
    expect(said).toBe('AWS Cost Explorer answers: 40 groups by SERVICE and LINKED_ACCOUNT on the first page of 2026-11-23');
    expect([...report.calls]).toEqual([['0.01', 1]]);
    server.instead = () => refusal('AccessDeniedException', 'no ce:GetCostAndUsage for sesame-4711-open');
    await expect(awsCostExplorer.test!(checkedSettings(awsCostExplorer, settings()), contact)).rejects.toThrow('refuses the credentials: AccessDeniedException: no ce:GetCostAndUsage for [secret]');
  });

  it('is not believed when it has no results to be tried by', async () => {
    server.bend = () => ({}) as never;
    await expect(awsCostExplorer.test!(checkedSettings(awsCostExplorer, settings()), testContact(awsCostExplorer).contact)).rejects.toThrow('answered without results');
  });

  it('refuses keys that it cannot group by', () => {
    const policy = (groupBy: unknown) => () => awsCostExplorer.windowPolicy!(checkedSettings(awsCostExplorer, settings({ groupBy })));
    expect(policy([{ type: 'DIMENSION', key: 'COLOUR' }])).toThrow('got "COLOUR"');
    expect(policy([{ type: 'TAG', key: 'a' }, { type: 'TAG', key: 'a' }])).toThrow('two different keys, got "a" twice');
  });
});
