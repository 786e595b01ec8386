import { createHmac } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { json, messageOf, sendBy, SourceServer, type Asked } from '../support/index.js';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const link = 'https://headroom.example.com/alerts/1';

/** Everything as long as it can be, and longer. */
const long = messageOf({
  summary: `a budget ${'named 🚀 '.repeat(500)}`,
  details: Array.from({ length: 40 }, (_, index) => ({ name: `detail ${index} ${'n'.repeat(300)}`, value: '🚀<&>'.repeat(1_000) })),
});
const states = ['FIRING', 'ACKNOWLEDGED', 'RESOLVED'] as const;

describe('messages', () => {
  let server: SourceServer;
  beforeAll(async () => {
    server = await SourceServer.start(json({}, 202));
  });
  afterAll(() => server.stop());

  const sent = async (channel: string, settings: object, message = messageOf()): Promise<{ asked: Asked; body: never }> => {
    expect(await sendBy(channel, settings, message)).toMatch(/^127\.0\.0\.1:\d+ answered 202: \{\}$/);
    const asked = server.requests.at(-1)!;
    expect(asked).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': message.key } });
    return { asked, body: JSON.parse(asked.body) as never };
  };
  const fits = (schema: object, body: unknown) => {
    ajv.validate(schema, body);
    expect(ajv.errors ?? []).toEqual([]);
  };

  describe('to PagerDuty', () => {
    const settings = () => ({ routingKey: 'a'.repeat(32), url: `${server.url}/v2/enqueue` });
    /** https://developer.pagerduty.com/api-reference/368ae3d938c9e-send-an-event-to-pager-duty */
    const event = {
      type: 'object',
      additionalProperties: false,
      required: ['routing_key', 'event_action', 'dedup_key', 'payload'],
      properties: {
        routing_key: { type: 'string', minLength: 32, maxLength: 32 },
        event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
        dedup_key: { type: 'string', maxLength: 255 },
        client: { type: 'string' },
        client_url: { type: 'string', format: 'uri' },
        payload: {
          type: 'object',
          additionalProperties: false,
          required: ['summary', 'source', 'severity'],
          properties: {
            summary: { type: 'string', minLength: 1, maxLength: 1_024 },
            source: { type: 'string' },
            severity: { enum: ['critical', 'error', 'warning', 'info'] },
            timestamp: { type: 'string', format: 'date-time' },
            component: { type: 'string' },
            group: { type: 'string' },
            class: { type: 'string' },
            custom_details: { type: 'object' },
          },
        },
        links: { type: 'array', items: { type: 'object', required: ['href'], properties: { href: { type: 'string', format: 'uri' }, text: { type: 'string' } } } },
        images: { type: 'array' },
      },
    };

    it.each(states)('are events that its API takes, %s', async (state) => {
      for (const message of [messageOf({ state }), { ...long, state }]) fits(event, (await sent('pagerduty', settings(), message)).body);
    });

    it('say what happened, how sure, since when, what to do and where to look', async () => {
      expect((await sent('pagerduty', settings())).body).toEqual({
        routing_key: 'a'.repeat(32),
        event_action: 'trigger',
        dedup_key: 'alert:h100-pool/2026-12',
        payload: {
          summary: 'h100-pool runs out of GPUs on 12 December 2026',
          source: 'Headroom',
          severity: 'critical',
          timestamp: '2026-11-22T08:00:00.000Z',
          custom_details: { 'How sure': '82 % by 19 December 2026', 'What to do': 'Order 64 GPUs before 1 December 2026' },
        },
        links: [{ href: link, text: 'Look at it in Headroom' }],
        client: 'Headroom',
        client_url: link,
      });
    });

    it('resolve what they triggered, by the same dedup key', async () => {
      expect((await sent('pagerduty', settings(), messageOf({ state: 'RESOLVED' }))).body).toMatchObject({ event_action: 'resolve', dedup_key: 'alert:h100-pool/2026-12' });
      expect((await sent('pagerduty', settings(), messageOf({ state: 'ACKNOWLEDGED' }))).body).toMatchObject({ event_action: 'acknowledge', dedup_key: 'alert:h100-pool/2026-12' });
    });

    it('have a dedup key that stays the same, and differs from others, where it is too long', async () => {
      const keyOf = async (dedupKey: string) => ((await sent('pagerduty', settings(), messageOf({ dedupKey }))).body as { dedup_key: string }).dedup_key;
      const [one, other] = ['a', 'b'].map((end) => `${'k'.repeat(500)}${end}`);
      expect(await keyOf(one!)).toHaveLength(255);
      expect(await keyOf(one!)).toBe(await keyOf(one!));
      expect(await keyOf(one!)).not.toBe(await keyOf(other!));
    });
  });

  describe.each([['opsgenie', '/v2/alerts'], ['jira-service-management', '/jsm/ops/integration/v2/alerts']])('to %s', (channel, path) => {
    const settings = () => ({ apiKey: 'an-api-key', url: `${server.url}${path.replace('/v2/alerts', '')}`, tags: ['headroom'] });
    /** https://docs.opsgenie.com/docs/alert-api#create-alert */
    const alert = {
      type: 'object',
      additionalProperties: false,
      required: ['message'],
      properties: {
        message: { type: 'string', minLength: 1, maxLength: 130 },
        alias: { type: 'string', maxLength: 250 },
        description: { type: 'string', maxLength: 15_000 },
        responders: { type: 'array' },
        visibleTo: { type: 'array' },
        actions: { type: 'array' },
        tags: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 50 } },
        details: { type: 'object', additionalProperties: { type: 'string' } },
        entity: { type: 'string', maxLength: 512 },
        source: { type: 'string', maxLength: 100 },
        priority: { enum: ['P1', 'P2', 'P3', 'P4', 'P5'] },
        user: { type: 'string', maxLength: 100 },
        note: { type: 'string', maxLength: 25_000 },
      },
    };
    /** https://docs.opsgenie.com/docs/alert-api#close-alert */
    const closing = {
      type: 'object',
      additionalProperties: false,
      properties: { user: { type: 'string', maxLength: 100 }, source: { type: 'string', maxLength: 100 }, note: { type: 'string', maxLength: 25_000 } },
    };

    it('are alerts that its API takes', async () => {
      for (const message of [messageOf(), long]) {
        const { asked, body } = await sent(channel, settings(), message);
        expect(asked).toMatchObject({ path, headers: { authorization: 'GenieKey an-api-key' } });
        fits(alert, body);
        const { details } = body as { details: Record<string, string> };
        expect(Object.entries(details).reduce((sum, [name, value]) => sum + name.length + value.length, 0)).toBeLessThanOrEqual(8_000);
      }
    });

    it('say what happened, how sure, since when, what to do and where to look', async () => {
      expect((await sent(channel, settings())).body).toEqual({
        message: 'h100-pool runs out of GPUs on 12 December 2026',
        alias: 'alert:h100-pool/2026-12',
        description: [
          'h100-pool runs out of GPUs on 12 December 2026', '', 'How sure: 82 % by 19 December 2026', 'What to do: Order 64 GPUs before 1 December 2026',
          'Since: 2026-11-22T08:00:00.000Z', link,
        ].join('\n'),
        details: { Link: link, 'How sure': '82 % by 19 December 2026', 'What to do': 'Order 64 GPUs before 1 December 2026' },
        priority: 'P1',
        source: 'Headroom',
        tags: ['headroom'],
      });
    });

    it('close and acknowledge what they opened, by the same alias', async () => {
      for (const [state, verb] of [['RESOLVED', 'close'], ['ACKNOWLEDGED', 'acknowledge']] as const) {
        for (const message of [messageOf({ state }), { ...long, state }]) {
          const { asked, body } = await sent(channel, settings(), message);
          expect(asked.path).toBe(`${path}/alert%3Ah100-pool%2F2026-12/${verb}?identifierType=alias`);
          fits(closing, body);
        }
      }
    });
  });

  describe('to Slack', () => {
    const settings = () => ({ url: `${server.url}/services/T0/B0/secret` });
    const text = { type: 'object', additionalProperties: false, required: ['type', 'text'], properties: { type: { const: 'mrkdwn' }, text: { type: 'string', minLength: 1, maxLength: 3_000 } } };
    /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
    const payload = {
      type: 'object',
      additionalProperties: false,
      required: ['text'],
      properties: {
        text: { type: 'string', maxLength: 4_000 },
        unfurl_links: { type: 'boolean' },
        blocks: {
          type: 'array',
          maxItems: 50,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['type'],
            properties: { type: { const: 'section' }, text, fields: { type: 'array', minItems: 1, maxItems: 10, items: { ...text, properties: { ...text.properties, text: { type: 'string', minLength: 1, maxLength: 2_000 } } } } },
            oneOf: [{ required: ['text'] }, { required: ['fields'] }],
          },
        },
      },
    };

    it.each(states)('are messages that it takes, %s', async (state) => {
      for (const message of [messageOf({ state }), { ...long, state }]) fits(payload, (await sent('slack', settings(), message)).body);
    });

    it('say what happened, how sure, since when, what to do and where to look', async () => {
      const { body } = await sent('slack', settings());
      expect(body).toEqual({
        text: 'CRITICAL: h100-pool runs out of GPUs on 12 December 2026',
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: 'CRITICAL: h100-pool runs out of GPUs on 12 December 2026' } },
          {
            type: 'section',
            fields: [
              { type: 'mrkdwn', text: '*How sure*\n82 % by 19 December 2026' },
              { type: 'mrkdwn', text: '*What to do*\nOrder 64 GPUs before 1 December 2026' },
              { type: 'mrkdwn', text: '*Since*\n2026-11-22T08:00:00.000Z' },
            ],
          },
          { type: 'section', text: { type: 'mrkdwn', text: `<${link}|Look at it in Headroom>` } },
        ],
        unfurl_links: false,
      });
    });

    it('call nobody, and link nowhere else, whatever a budget is named', async () => {
      const { asked } = await sent('slack', settings(), messageOf({
        summary: 'budget <!channel> & <https://evil.example|click>',
        details: [{ name: '<!here>', value: '<@U123> <#C1>\n> quoted' }],
        path: '/alerts/<!channel>|x&y',
      }));
      expect(asked.body).not.toMatch(/<[!@#]/);
      const told = asked.body.match(/<[^>]*>/g);
      expect(told).toEqual(['<https://headroom.example.com/alerts/&lt;!channel&gt;%7Cx&amp;y|Look at it in Headroom>']);
      expect(JSON.parse(asked.body)).toMatchObject({ text: 'CRITICAL: budget &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;' });
    });
  });

  describe('to Alertmanager', () => {
    const settings = () => ({ url: `${server.url}/am/`, bearerToken: 'token', labels: { team: 'platform' } });
    const labels = { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } };
    /** postableAlerts of https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
    const alerts = {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['labels'],
        properties: {
          startsAt: { type: 'string', format: 'date-time' },
          endsAt: { type: 'string', format: 'date-time' },
          annotations: labels,
          labels: { ...labels, required: ['alertname'] },
          generatorURL: { type: 'string', format: 'uri' },
        },
      },
    };

    it.each(states)('are alerts that its API takes, %s', async (state) => {
      for (const message of [messageOf({ state }), { ...long, state }]) {
        const { asked, body } = await sent('alertmanager', settings(), message);
        expect(asked).toMatchObject({ path: '/am/api/v2/alerts', headers: { authorization: 'Bearer token' } });
        fits(alerts, body);
      }
    });

    it('end at a time that is ahead while they fire, and at once when they are resolved', async () => {
      const ends = async (state: (typeof states)[number]) =>
        ((await sent('alertmanager', settings(), messageOf({ state }))).body as { labels: { severity: string }; startsAt: string; endsAt: string }[]).map(({ labels: { severity }, startsAt, endsAt }) => [severity, startsAt, endsAt]);
      const [since, now, tomorrow] = ['2026-11-22T08:00:00.000Z', '2026-11-22T09:00:00.000Z', '2026-11-23T09:00:00.000Z'];
      expect(await ends('FIRING')).toEqual([['info', since, now], ['warning', since, now], ['critical', since, tomorrow]]);
      expect(await ends('RESOLVED')).toEqual([['info', since, now], ['warning', since, now], ['critical', since, now]]);
    });

    it('bring a name and a password where it asks for them', async () => {
      const { asked } = await sent('alertmanager', { url: server.url, username: 'me', password: 'pass' });
      expect(asked.headers.authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`);
    });
  });

  describe('to a webhook', () => {
    const signingKey = 'a key that both sides know';

    it('are signed over their time and their body, as the guide has it', async () => {
      const { asked, body } = await sent('webhook', { url: `${server.url}/hook?x=1`, signingKey });
      const timestamp = asked.headers['headroom-timestamp'] as string;
      expect(timestamp).toBe('1795338000');
      expect(asked.headers['headroom-signature']).toBe(`v1=${createHmac('sha256', signingKey).update(`${timestamp}.${asked.body}`).digest('hex')}`);
      expect(asked.path).toBe('/hook?x=1');
      expect(asked.headers.authorization).toBeUndefined();
      expect(body).toEqual({
        key: '0d0f6a3e-0000-4000-8000-000000000001',
        dedupKey: 'alert:h100-pool/2026-12',
        state: 'FIRING',
        severity: 'CRITICAL',
        summary: 'h100-pool runs out of GPUs on 12 December 2026',
        details: messageOf().details,
        since: '2026-11-22T08:00:00.000Z',
        link,
      });
    });

    it('bring a token where one is asked for', async () => {
      expect((await sent('webhook', { url: server.url, signingKey, bearerToken: 'token' })).asked.headers.authorization).toBe('Bearer token');
    });
  });
});
