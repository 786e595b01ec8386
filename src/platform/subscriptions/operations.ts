import { createSourceEventStream, execute, getOperationAST, GraphQLError, OperationTypeNode, parse, validate, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { mostCharacters } from '../http/graphql-limits.js';
import { checkLimits, mostTokens } from '../http/query-limits.js';

/** What a client asks for, as it may be run; or why not. The same limits hold as over HTTP. */
export function readOperation(schema: GraphQLSchema, { query, operationName, variables }: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
  try {
    if (query.length > mostCharacters) throw new GraphQLError(`a query may have at most ${mostCharacters} characters, and this has ${query.length}`);
    const document = parse(query, { maxTokens: mostTokens });
    checkLimits(document);
    const mistakes = validate(schema, document, undefined, { maxErrors: 10 });
    if (mistakes.length > 0) return mistakes;
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) throw new GraphQLError('a socket serves subscriptions alone: queries and mutations are sent over HTTP');
    return { schema, document, operationName, variableValues: variables };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/**
 * Runs a subscription, each event with a context of its own: loaders that lived as long as a
 * subscription would answer from what was read hours ago.
 *
 * @param onFailure told of what ends the stream of events
 */
export async function runSubscription(
  args: ExecutionArgs,
  contextOf: (event: object) => unknown,
  onFailure: (error: unknown) => void,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<object>;
  // A generator could not be ended while it waits for an event.
  const results: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      const { done, value } = await events.next().catch((error: unknown) => {
        onFailure(error);
        throw error;
      });
      if (done) return { done: true, value: undefined };
      return { done: false, value: await execute({ ...args, rootValue: value, contextValue: contextOf(value as object) }) };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return results;
    },
  };
  return results;
}
