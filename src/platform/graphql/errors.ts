import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { DomainError } from '../errors.js';

const logger = new Logger('GraphQL');

/**
 * What a caller sees of errors: a refusal and a malformed query in full; of anything else an id,
 * under which the log has the rest. Stack traces and suggestions of names never leave the server.
 */
export function formatErrors(execution: ExecutionResult): { statusCode: number; response: ExecutionResult } {
  const errors = execution.errors?.map((error) => {
    const cause = error.originalError as (Error & { errors?: GraphQLError[] }) | undefined;
    if (cause instanceof DomainError) {
      return new GraphQLError(cause.message, { ...placeOf(error), extensions: { code: cause.code, field: cause.field } });
    }
    if (cause === undefined || cause instanceof GraphQLError) {
      const message = error.message.replace(/ Did you mean .*$/s, '');
      return new GraphQLError(message, { ...placeOf(error), extensions: { code: 'BAD_REQUEST' } });
    }
    const id = randomUUID();
    logger.error(`${id} ${cause.stack ?? cause.message}`);
    return new GraphQLError(`something went wrong here, and the log has it under ${id}`, {
      ...placeOf(error),
      extensions: { code: 'INTERNAL', id },
    });
  });
  const statusCode = execution.data === undefined || execution.data === null ? 400 : 200;
  return { statusCode: errors?.length ? statusCode : 200, response: { data: execution.data ?? null, ...(errors ? { errors } : {}) } };
}

function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes, source, positions, path };
}
