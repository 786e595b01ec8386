import { Logger } from '@nestjs/common';
import { getIntrospectionQuery } from 'graphql';
import { exampleQueries } from '../../src/platform/http/example-queries.js';
import { TestApp } from '../support/index.js';

const adminKey = 'k'.repeat(32);
const browser = { accept: 'text/html,*/*;q=0.8' };

describe('over HTTP, the system', () => {
  let api: TestApp;
  let logged: string[];

  beforeAll(async () => {
    api = await TestApp.start();
  });
  beforeEach(() => {
    logged = [];
    Logger.overrideLogger({ log() {}, warn() {}, error: (message: unknown) => void logged.push(String(message)) });
  });
  afterAll(async () => {
    Logger.overrideLogger(true);
    await api.stop();
  });

  it('opens GraphiQL in a browser, with queries that it answers', async () => {
    const response = await fetch(`${api.url}/graphql`, { headers: browser });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const { query, variables } of exampleQueries(api.clock.now())) {
      expect((await api.ask(query, variables)).errors).toBeUndefined();
    }
  });

  it('describes itself to tools', async () => {
    const { __schema: schema } = await api.data(getIntrospectionQuery());
    expect(schema.queryType).toMatchObject({ name: 'Query' });
  });

  it.each([
    ['GET', '/nothing'],
    ['POST', '/nothing'],
    ['PUT', '/graphql'],
    ['DELETE', '/health/live'],
  ])('says that it serves nothing under %s %s', async (method, path) => {
    const response = await fetch(`${api.url}${path}`, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ message: 'nothing is served under this method and path; the API is at /graphql', extensions: { code: 'NOT_FOUND' } }],
    });
  });

  it.each([
    ['application/x-www-form-urlencoded', 'query={__typename}'],
    ['text/plain', '{"query":"{__typename}"}'],
    ['application/graphql', '{__typename}'],
    ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--b--'],
  ])('reads no query from a body of the type %s', async (type, body) => {
    const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(415);
  });

  it('lets no page of another site read anything', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const response = await fetch(`${api.url}/graphql`, { method, headers: { origin: 'https://elsewhere.example' } });
      expect(response.status).toBe(403);
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
    }
  });

  it('does not log what it refuses', async () => {
    expect(await api.ask('{ budgets(first: 0) { nodes { id } } }')).toMatchObject({ errors: [{ extensions: { code: 'INVALID' } }] });
    expect(await api.ask('{ budgetz { id } }')).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(logged).toEqual([]);
  });

  it('logs what it did not expect once, and tells where', async () => {
    await api.db.query('ALTER TABLE budget RENAME TO budget_elsewhere');
    try {
      const { errors } = await api.ask('{ budgets { nodes { id } } }');
      const { code, id } = errors![0]!.extensions!;
      expect(errors).toMatchObject([{ message: `something went wrong here, and the log has it under ${id}`, path: ['budgets'] }]);
      expect(code).toBe('INTERNAL');
      expect(logged).toEqual([expect.stringMatching(new RegExp(`^${id} .*"budget" does not exist`))]);
    } finally {
      await api.db.query('ALTER TABLE budget_elsewhere RENAME TO budget');
    }
  });
});

describe('with a key, the system', () => {
  let api: TestApp;

  beforeAll(async () => {
    api = await TestApp.start({ adminKey });
  });
  afterAll(() => api.stop());

  const basic = `Basic ${Buffer.from(`anybody:${adminKey}`).toString('base64')}`;

  it.each([
    ['/graphql', browser],
    ['/graphiql/graphiql.min.js', {}],
    ['/graphiql/start.js', {}],
  ])('shows %s to who brings it', async (path, headers) => {
    expect((await fetch(api.url + path, { headers })).status).toBe(401);
    expect((await fetch(api.url + path, { headers: { ...headers, authorization: basic } })).status).toBe(200);
  });

  it('does not tell anybody else what there is', async () => {
    expect((await fetch(`${api.url}/nothing`)).status).toBe(401);
    expect((await fetch(`${api.url}/graphql`, { method: 'POST' })).status).toBe(401);
  });

  it('tells a load balancer that it is well', async () => {
    expect(await (await fetch(`${api.url}/health/ready`)).json()).toEqual({ status: 'ready', staleSources: 0 });
  });
});
