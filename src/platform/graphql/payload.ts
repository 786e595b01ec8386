import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DomainError, type RefusalCode } from '../errors.js';

/** The codes of a refusal, as the API names them. */
export const UserErrorCode = {
  INVALID: 'INVALID',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  FORBIDDEN: 'FORBIDDEN',
  INSUFFICIENT_HISTORY: 'INSUFFICIENT_HISTORY',
  UNKNOWN_PLUGIN: 'UNKNOWN_PLUGIN',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
} as const satisfies { [Code in RefusalCode]: Code };
registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why something was refused, for programs; the message is for people.',
  valuesMap: {
    INVALID: { description: 'The input cannot be taken as it is.' },
    NOT_FOUND: { description: 'You may see nothing that has this id.' },
    CONFLICT: { description: 'It contradicts something that is there already.' },
    FORBIDDEN: { description: 'Your role may not do this.' },
    INSUFFICIENT_HISTORY: { description: 'There are too few days of data to forecast from.' },
    UNKNOWN_PLUGIN: { description: 'Nothing this server is extended with has that name.' },
    LIMIT_EXCEEDED: { description: 'It is more than this server takes.' },
  },
});

@ObjectType({ description: 'A refusal the caller can act on.' })
export class UserError {
  @Field(() => UserErrorCode) code: RefusalCode;
  @Field() message: string;
  @Field(() => [String], {
    nullable: true,
    description: 'Path into the input. Null when no single field is at fault.',
  })
  field: readonly string[] | null;
}

/** The result of a mutation: its noun, or the refusal. What is not a refusal is thrown on. */
export async function payload<Result extends object>(
  work: () => Promise<Result>,
): Promise<Partial<Result> & { userErrors: UserError[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message, field } = error;
    return { userErrors: [{ code, message, field }] } as Partial<Result> & { userErrors: UserError[] };
  }
}
