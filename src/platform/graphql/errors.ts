import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { DomainError } from '../errors.js';
import { incidentMessage, recordIncident } from '../http/incident.js';

/** What mercurius and Fastify throw at a request they cannot take; `errors` are the mistakes in it. */
type RequestError = Error & { statusCode?: number; code?: string; errors?: readonly Error[] };

/** What graphql-js and graphql-jit both say of a variable that is null where the argument may not be. */
const unfitArgument = /^Argument "\w+" of (non-null|required) type /;

/**
 * What a caller sees of errors: a refusal and a malformed query in full; of anything else an id,
 * under which the log has the rest. Stack traces and suggestions of names never leave the server.
 */
export function formatErrors({ data, errors = [] }: ExecutionResult): { statusCode: number; response: ExecutionResult } {
  // One fault can meet every row of a list; it is one line in the log, and has one id.
  const incidents = new Map<Error, string>();
  const answers = errors.flatMap((error) => answersTo(error, incidents));
  const response = { data: data ?? null, errors: answers } as unknown as ExecutionResult;
  if (data) return { statusCode: 200, response };
  const refused = (errors[0]?.originalError as RequestError | undefined)?.statusCode ?? 400;
  return { statusCode: incidents.size > 0 ? 500 : refused, response };
}

function answersTo(error: GraphQLError, incidents: Map<Error, string>): GraphQLFormattedError[] {
  const cause = error.originalError as RequestError | undefined;
  if (cause instanceof DomainError) {
    return [{ message: cause.message, ...placeOf(error), extensions: { code: cause.code, field: cause.field } }];
  }
  const mistakes = mistakesOf(error, cause);
  if (mistakes.length > 0) {
    return mistakes.map((mistake) => ({
      message: describe(mistake),
      ...placeOf(mistake),
      extensions: { code: 'BAD_REQUEST' },
    }));
  }
  const fault = cause ?? error;
  const id = incidents.get(fault) ?? recordIncident(fault);
  incidents.set(fault, id);
  return [{ message: incidentMessage(id), ...placeOf(error), extensions: { code: 'INTERNAL', id } }];
}

/** What is wrong with the request, where that is what the error is about. */
function mistakesOf(error: GraphQLError, cause: RequestError | undefined): readonly Error[] {
  if (error.path) {
    // The query already runs: what can still be wrong with it is an argument. That is where the error
    // points; a value that a field may not have points nowhere, and is our fault. A compiled query
    // gives no cause, only the same words.
    const isOfArgument = cause instanceof GraphQLError ? cause.nodes?.length : cause === undefined && unfitArgument.test(error.message);
    return isOfArgument ? [error] : [];
  }
  if (cause === undefined || cause instanceof GraphQLError) return [error];
  const { statusCode, errors } = cause;
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return [];
  return errors?.length ? errors : [cause];
}

function describe({ message, code }: RequestError): string {
  if (code === 'MER_ERR_GQL_PERSISTED_QUERY_NOT_FOUND') return 'a request needs a query';
  return message.replace(/ Did you mean .*$/s, '');
}

function placeOf(error: Error): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  const { locations, path } = error as Partial<GraphQLError>;
  return { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
}
