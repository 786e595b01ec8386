import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isNonNullType, isObjectType, isSpecifiedScalarType, type GraphQLSchema } from 'graphql';
import { servedSchema } from '../../src/schema.js';
import { projectRoot, TestApp } from '../support/index.js';

describe('the schema', () => {
  let app: TestApp;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    app = await TestApp.start();
    ({ schema } = app.app.get(GraphQLSchemaHost, { strict: false }));
  });
  afterAll(() => app.stop());

  const types = () =>
    Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
  const outputs = () => types().filter((type) => isObjectType(type) || isInterfaceType(type));

  it('is served as schema.graphql says', async () => {
    const committed = await readFile(join(projectRoot, 'schema.graphql'), 'utf8');
    const isSame = committed === servedSchema(app.app);
    expect(isSame ? 'the same' : 'schema.graphql is not what is served: run "npm run schema", and read in the diff what API users get').toBe('the same');
  });

  it('describes every type', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    expect(types().filter((type) => !roots.includes(type as never) && !type.description).map(({ name }) => name)).toEqual([]);
  });

  it('says of every field that may be null what its absence means, and of every input what leaving it out means', () => {
    const silent = [
      ...outputs().flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) => [
          ...(isNonNullType(field.type) || field.description ? [] : [`${type.name}.${field.name}`]),
          ...field.args
            .filter((arg) => !isNonNullType(arg.type) && !arg.description)
            .map((arg) => `${type.name}.${field.name}(${arg.name})`),
        ]),
      ),
      ...types().filter(isInputObjectType).flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => !isNonNullType(field.type) && !field.description)
          .map((field) => `${type.name}.${field.name}`),
      ),
    ];
    expect(silent).toEqual([]);
  });

  it('lets one root field fail without its siblings, and no item of a list', () => {
    const roots = [schema.getQueryType()!, schema.getMutationType()!];
    const strict = roots.flatMap((root) => Object.values(root.getFields()).filter(({ type }) => isNonNullType(type)).map(({ name }) => name));
    expect(strict).toEqual([]);
    const loose = outputs().flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => /\[[^!]*\]/.test(String(field.type)))
        .map((field) => `${type.name}.${field.name}`),
    );
    // The key of a group has a value per dimension, and charges without one.
    expect(loose).toEqual(['CostGroup.key', 'GpuCostGroup.key']);
  });

  it('answers every mutation with its noun and the refusals', () => {
    const payloads = Object.values(schema.getMutationType()!.getFields()).map(({ name, type }) => ({
      name: `${name[0]!.toUpperCase()}${name.slice(1)}Payload` === String(type) ? 'named for it' : name,
      userErrors: String((schema.getType(String(type)) as never as { getFields(): Record<string, { type: unknown }> }).getFields()['userErrors']?.type),
    }));
    expect(new Set(payloads.map((payload) => JSON.stringify(payload)))).toEqual(
      new Set([JSON.stringify({ name: 'named for it', userErrors: '[UserError!]!' })]),
    );
  });

  it('takes variables the same way however often a query comes', async () => {
    const report = `query ($filter: CostFilter!, $groupBy: [CostDimensionInput!]! = []) { costReport(filter: $filter, groupBy: $groupBy) { metric } }`;
    const filter = { period: { start: '2026-09-01T00:00:00Z', end: '2026-10-01T00:00:00Z' } };
    const create = 'mutation ($input: BudgetCreateInput!) { budgetCreate(input: $input) { budget { metric } userErrors { message } } }';
    for (let time = 1; time <= 5; time++) {
      // What has a default may be left out, in an argument, a variable and within an input.
      expect(await app.ask(report, { filter })).toEqual({ data: { costReport: { metric: 'EFFECTIVE_COST' } } });
      const input = { name: `${time}`, amount: { amount: '1', currency: 'USD' }, scope: { subAccountIds: [`${time}`] }, ...filter };
      expect(await app.data(create, { input })).toEqual({ budgetCreate: { budget: { metric: 'EFFECTIVE_COST' }, userErrors: [] } });
      // Exactly one of these is what @oneOf says.
      for (const dimension of [{}, { dimension: 'SERVICE', tag: 'team' }, { tag: null }]) {
        expect(await app.ask(report, { filter, groupBy: [dimension] })).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
      }
    }
  });

  it('names plug-ins by text, so that a new one changes nothing here', async () => {
    const names = (kind: string) => `${kind}: plugins(kind: ${kind}) { name description kind }`;
    const plugins = await app.data(`{ ${names('COLLECTOR')} ${names('FORECAST_MODEL')} }`);
    expect(plugins.COLLECTOR.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['demo', 'focus', 'usage-csv']));
    expect(plugins.FORECAST_MODEL.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['naive', 'seasonal-naive', 'drift']));
    const enumValues = types().filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => name.toLowerCase().replaceAll('_', '-')));
    for (const { name } of [...plugins.COLLECTOR, ...plugins.FORECAST_MODEL]) expect(enumValues).not.toContain(name);
  });
});
