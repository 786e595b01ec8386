import { GraphQLSchemaHost } from '@nestjs/graphql';
import { graphql } from 'graphql';
import { everything, Role, type RequestContext, type Scope, type Viewer } from '../../src/access/index.js';
import type { GraphQLAnswer, TestApp } from './test-app.js';

/** Somebody who is not the administrator. */
export function viewerOf(scope: Partial<Scope> | null, role = Role.VIEWER): Viewer {
  return { id: 'Viewer:test', name: 'Test', role, scope: scope && { ...everything, ...scope } };
}

/** Asks the schema that is served as a viewer for whom there is no key yet. */
export async function askAs(app: TestApp, viewer: Viewer, source: string, variableValues: Record<string, unknown> = {}): Promise<GraphQLAnswer> {
  const { schema } = app.app.get(GraphQLSchemaHost, { strict: false });
  const contextValue: RequestContext = { viewer, loaders: new Map() };
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
  const answer = {
    data,
    ...(errors && {
      errors: errors.map(({ message, originalError }) => {
        const { code, field } = (originalError ?? {}) as { code?: string; field?: string[] | null };
        return { message, extensions: { code, field } };
      }),
    }),
  };
  // As it would travel: without prototypes, instants as text.
  return JSON.parse(JSON.stringify(answer)) as GraphQLAnswer;
}
