import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply } from 'fastify';
import { getOperationAST, GraphQLError, Kind, Location, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import { checkLimits, mostTokens } from './query-limits.js';

/** Comments and strings are as long as they like, whatever the tokens; and what is parsed is kept. */
export const mostCharacters = 50_000;

interface HookContext {
  reply: FastifyReply;
}

/** What is checked of a query besides the GraphQL rules, at the moments mercurius offers. */
const hooks: MercuriusDriverConfig['hooks'] = {
  preParsing(_schema, source, context) {
    if (source.length > mostCharacters) {
      throw new GraphQLError(`a query may have at most ${mostCharacters} characters, and this has ${source.length}`);
    }
    const { request } = (context as unknown as HookContext).reply;
    if (request.method === 'GET') checkOperationName(source, (request.query as { operationName?: string }).operationName);
  },

  preValidation(_schema, document: DocumentNode | null) {
    // Text that GraphQL cannot read mercurius takes for a document in JSON, to which no limit applied.
    if (!(document?.loc instanceof Location)) throw new GraphQLError('query needs a GraphQL document, got something else');
    checkLimits(document);
  },

  preExecution(_schema, document) {
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (operations.some((one) => 'operation' in one && one.operation === OperationTypeNode.SUBSCRIPTION)) {
      throw new GraphQLError('subscriptions are served over a WebSocket, by graphql-transport-ws');
    }
    // Mercurius compiles a document for the operation asked for first, and would then run that one
    // whichever is asked for. What a hook has replaced is not compiled.
    return operations.length > 1 ? { document } : undefined;
  },
};

/** Mercurius looks for the operation's type before it knows that there is such an operation. */
function checkOperationName(source: string, operationName: string | undefined): void {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: mostTokens });
  } catch {
    return; // Mercurius parses next, and says what is wrong with it.
  }
  if (!getOperationAST(document, operationName)) {
    throw new GraphQLError(operationName ? `the query has no operation "${operationName}"` : 'operationName is needed: the query has not one operation');
  }
}

/** How mercurius is told to take no more than it should of one request. */
export const graphqlLimits = {
  hooks,
  graphql: { parseOptions: { maxTokens: mostTokens }, validateOptions: { maxErrors: 10 } },
  allowBatchedQueries: false,
  // Parsed, a query at the limits takes half a MiB, and two caches keep up to twice this many. Clients repeat a handful.
  cache: 100,
  additionalRouteOptions: {
    // Mercurius would write the indexes in an error's path as text.
    serializerCompiler: () => (answer: unknown) => JSON.stringify(answer),
  },
} satisfies Partial<MercuriusDriverConfig>;
