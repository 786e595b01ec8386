import { fastify, type FastifyInstance } from 'fastify';
import { parse } from 'graphql';
import { Clock } from '../clock.js';
import type { ExampleQuery } from './example-queries.js';
import { serveGraphiql } from './graphiql.js';

const newYear = new (class extends Clock {
  now = () => new Date('2027-01-02T03:04:05Z');
})();
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('the system, opened in a browser,', () => {
  let server: FastifyInstance;
  let origin: string;

  beforeEach(async () => {
    server = fastify();
    serveGraphiql(server, newYear);
    server.get('/graphql', async () => ({ data: {} }));
    origin = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  const open = () => fetch(`${origin}/graphql`, { headers: browser });
  const page = async () => (await open()).text();

  it('shows a page that may run its own scripts only', async () => {
    const { headers, status } = await open();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
  });

  it('brings every part of the page itself', async () => {
    const body = await page();
    const addresses = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!).filter((address) => address !== 'data:,');
    expect(addresses).toHaveLength(5);
    expect(body).not.toMatch(/https?:|\/\//);
    for (const address of addresses) {
      const { status, headers } = await fetch(`${origin}/${address}`);
      expect({ address, status, type: headers.get('content-type') }).toEqual({
        address,
        status: 200,
        type: address.includes('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      });
    }
  });

  it('lets the browser keep what has its version in its address', async () => {
    const [, address] = /src="(graphiql\/graphiql.min.js[^"]+)"/.exec(await page())!;
    expect(address).toMatch(/\?v=\d+\.\d+\.\d+$/);
    const { headers } = await fetch(`${origin}/${address}`);
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  });

  it('has queries ready, of today', async () => {
    const [, data] = /<script id="examples" type="application\/json">(.*)<\/script>/.exec(await page())!;
    const examples = JSON.parse(data!) as ExampleQuery[];
    const names = examples.map(({ query }) => (parse(query).definitions[0] as { name?: { value: string } }).name?.value);
    expect(names).toEqual(['WhatRunsOut', 'Budgets', 'CostByService', 'GpuDemand']);
    expect(examples[2]!.variables).toEqual({ period: { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' } });
    expect(examples[3]!.variables).toMatchObject({ period: { start: '2026-12-03T00:00:00Z', end: '2027-01-02T00:00:00Z' } });
  });

  it.each([undefined, '*/*', 'application/json', 'application/graphql-response+json'])('answers who accepts %s as an API', async (accept) => {
    const answer = await fetch(`${origin}/graphql`, { headers: accept ? { accept } : {} });
    expect(await answer.text()).toBe('{"data":{}}');
  });
});
