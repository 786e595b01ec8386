import { Logger } from '@nestjs/common';
import { fastify, type FastifyInstance } from 'fastify';
import { GraphQLError, GraphQLScalarType, parse } from 'graphql';
import { mercurius, type MercuriusOptions } from 'mercurius';
import { InvalidInput } from '../errors.js';
import { formatErrors } from '../graphql/errors.js';
import { graphqlLimits } from './graphql-limits.js';

const schema = `
  scalar Day
  type Query {
    one: String
    echo(number: Int!): Int
    refused: String
    broken(times: Int = 1): [String!]
    impossible: String!
    day(day: Day): Day
    self: Query
  }
  type Mutation { change: String }
`;
const fault = new Error('relation "secret" does not exist');
const resolvers = {
  Day: new GraphQLScalarType({
    name: 'Day',
    serialize() {
      throw new GraphQLError('Day cannot represent secret');
    },
    parseValue() {
      throw new GraphQLError('Day needs a day');
    },
  }),
  Query: {
    one: () => 'one',
    self: () => ({}),
    echo: (_: unknown, { number }: { number: number }) => number,
    refused: () => {
      throw new InvalidInput('first needs less', ['first']);
    },
    broken: (_: unknown, { times }: { times: number }) => Array.from({ length: times }, () => fault),
    impossible: () => null,
    day: () => 'secret',
  },
  Mutation: { change: () => 'changed' },
};

describe('the system, asked in GraphQL,', () => {
  let server: FastifyInstance;
  let origin: string;
  let logged: string[];

  beforeEach(async () => {
    logged = [];
    Logger.overrideLogger({ log() {}, warn() {}, error: (message: string) => void logged.push(message) });
    server = fastify();
    const { hooks, ...limits } = graphqlLimits;
    const options = { schema, resolvers, jit: 2, errorFormatter: formatErrors, ...limits } as unknown as MercuriusOptions;
    await server.register(mercurius, options);
    for (const [name, hook] of Object.entries(hooks!)) server.graphql.addHook(name as 'preValidation', hook as never);
    origin = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    Logger.overrideLogger(true);
    await server.close();
  });

  const answerTo = async (query: string, init: RequestInit) => {
    const response = await fetch(`${origin}/graphql${query}`, init);
    const answer = (await response.json()) as { data: unknown; errors?: { message: string; extensions: { code: string; id?: string } }[] };
    return { status: response.status, ...answer };
  };
  const post = (payload: object) => answerTo('', { method: 'POST', body: JSON.stringify(payload), headers: { 'content-type': 'application/json' } });
  const get = (query: Record<string, string>) => answerTo(`?${new URLSearchParams(query).toString()}`, {});
  /** As often as it takes for the query to be compiled, after which other code runs it. */
  const postOften = async (payload: object) => [await post(payload), await post(payload), await post(payload), await post(payload)];

  it.each([
    ['a field that is not there', { query: '{ ones }' }, 'Cannot query field "ones" on type "Query".'],
    ['a syntax error', { query: '{ one' }, 'Syntax Error: Expected Name, found <EOF>.'],
    ['a variable of another type', { query: 'query ($n: Int!) { echo(number: $n) }', variables: { n: 'x' } }, 'Variable "$n" got invalid value "x"; Int cannot represent non-integer value: "x"'],
    ['a value its scalar does not take', { query: 'query ($d: Day) { day(day: $d) }', variables: { d: 1 } }, 'Variable "$d" got invalid value 1; Day needs a day'],
    ['no query', {}, 'a request needs a query'],
    ['an unknown operation', { query: 'query A { one }', operationName: 'B' }, 'Unknown operation named "B".'],
    ['a batch', [{ query: '{ one }' }], 'body must be object'],
    ['a document in JSON', { query: JSON.stringify(parse('{ one }')) }, 'query needs a GraphQL document, got something else'],
    ['something else in JSON', { query: 'null' }, 'query needs a GraphQL document, got something else'],
    ['a query that is too deep', { query: `${'{self'.repeat(20)}{one}${'}'.repeat(20)}` }, 'a query may have at most 20 levels, and this has 21'],
    ['a query that is too long', { query: `{one} # ${'x'.repeat(50_000)}` }, 'a query may have at most 50000 characters, and this has 50008'],
    ['a query of too many tokens', { query: `{${'one,'.repeat(2_001)}}` }, 'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.'],
  ])('says what is wrong with %s', async (_, payload, message) => {
    const { status, data, errors } = await post(payload);
    expect({ status, data, errors }).toMatchObject({ status: 400, data: null, errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
    expect(logged).toEqual([]);
  });

  it('says what is wrong with a null where there may be none, also when the query is compiled', async () => {
    for (const answer of await postOften({ query: 'query ($n: Int = 1) { echo(number: $n) }', variables: { n: null } })) {
      expect(answer.errors).toMatchObject([{ message: 'Argument "number" of non-null type "Int!" must not be null.', path: ['echo'], extensions: { code: 'BAD_REQUEST' } }]);
    }
  });

  it('shows a refusal as it is, and does not log it', async () => {
    for (const answer of await postOften({ query: '{ refused }' })) {
      expect(answer).toMatchObject({
        status: 200,
        data: { refused: null },
        errors: [{ message: 'first needs less', path: ['refused'], extensions: { code: 'INVALID', field: ['first'] } }],
      });
    }
    expect(logged).toEqual([]);
  });

  it('logs a fault once, and tells only where the log has it', async () => {
    const answers = await postOften({ query: '{ broken(times: 2) }' });
    expect(logged).toHaveLength(answers.length);
    for (const [index, answer] of answers.entries()) {
      const id = answer.errors![0]!.extensions.id!;
      expect(answer.errors!.every(({ message, extensions }) => message.endsWith(id) && extensions.code === 'INTERNAL')).toBe(true);
      expect(JSON.stringify(answer)).not.toContain('secret');
      expect(logged[index]).toContain(`${id} Error: relation "secret" does not exist`);
    }
  });

  it.each(['{ impossible }', '{ day }'])('treats a value its own schema forbids as its own fault: %s', async (query) => {
    for (const { errors } of await postOften({ query })) expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(logged).toHaveLength(4);
  });

  it('answers 500 when a fault leaves nothing of the answer', async () => {
    expect(await post({ query: '{ impossible }' })).toMatchObject({ status: 500, data: null });
  });

  it('counts the rows in the path of an error', async () => {
    expect((await post({ query: '{ broken }' })).errors).toMatchObject([{ path: ['broken', 0] }]);
  });

  it('runs the operation that is asked for, whichever was asked for before', async () => {
    const query = 'query A { a: one } query B { b: one }';
    for (const { data } of await postOften({ query, operationName: 'A' })) expect(data).toEqual({ a: 'one' });
    for (const { data } of await postOften({ query, operationName: 'B' })) expect(data).toEqual({ b: 'one' });
  });

  it('answers queries by GET, and changes nothing by it', async () => {
    expect(await get({ query: '{ one }' })).toMatchObject({ status: 200, data: { one: 'one' } });
    const mixed = { query: 'query A { one } mutation B { change }', operationName: 'B' };
    expect(await get({ query: 'mutation { change }' })).toMatchObject({ status: 405, data: null });
    for (const operationName of ['A', 'A', 'A', 'A']) expect(await get({ ...mixed, operationName })).toMatchObject({ data: { one: 'one' } });
    expect(await get(mixed)).toMatchObject({ status: 405, data: null });
  });

  it.each([
    [{ query: 'query A { one }', operationName: 'Z' }, 'the query has no operation "Z"'],
    [{ query: 'query A { one } query B { one }' }, 'operationName is needed: the query has not one operation'],
  ])('says by GET too which operation is missing', async (query, message) => {
    await post({ query: query.query, operationName: 'A' });
    expect(await get(query)).toMatchObject({ status: 400, errors: [{ message }] });
  });
});
