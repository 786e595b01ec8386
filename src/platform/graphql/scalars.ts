import { CustomScalar, Scalar } from '@nestjs/graphql';
import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';

/** An instant with its offset: a local time would mean something else on every machine. */
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Whether the calendar has this day: JavaScript takes 30 February for 1 March, PostgreSQL has no year 0. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date) && !date.startsWith('0000');
}

function parseInstant(value: unknown): Date {
  const instant = typeof value === 'string' && instantPattern.test(value) && isDay(value.slice(0, 10)) ? new Date(value) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) {
    throw new GraphQLError(
      `DateTime needs an instant such as "2026-11-01T00:00:00Z", got ${JSON.stringify(value)}`,
    );
  }
  return instant;
}

@Scalar('DateTime', () => Date)
export class DateTimeScalar implements CustomScalar<string, Date> {
  description = 'An instant, RFC 3339 in UTC.';

  serialize(value: unknown): string {
    const instant = value instanceof Date ? value : new Date(value as string);
    return instant.toISOString().replace('.000Z', 'Z');
  }

  parseValue(value: unknown): Date {
    return parseInstant(value);
  }

  parseLiteral(node: ValueNode): Date {
    return parseInstant(node.kind === Kind.STRING ? node.value : undefined);
  }
}

/** A scalar that travels as text and is checked against a pattern on its way in. */
function textScalar(
  name: string,
  description: string,
  pattern: RegExp,
  needs: string,
  isMeant: (text: string) => boolean = () => true,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string' || !pattern.test(value) || !isMeant(value)) {
      throw new GraphQLError(`${name} needs ${needs}, got ${JSON.stringify(value)}`);
    }
    return value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

export const DecimalScalar = textScalar(
  'Decimal',
  'An exact decimal, as a string: "12.30".',
  /^-?\d{1,30}(\.\d{1,30})?$/,
  'an exact decimal as a string, such as "12.30"',
);

export const CurrencyCodeScalar = textScalar(
  'CurrencyCode',
  'ISO 4217 code; XXX is the code for no currency.',
  /^[A-Z]{3}$/,
  'three capital letters (ISO 4217), such as "EUR"',
);

export const DateScalar = textScalar(
  'Date',
  'A calendar date, ISO 8601.',
  /^\d{4}-\d{2}-\d{2}$/,
  'a day of the calendar such as "2026-11-01"',
  isDay,
);

/** The settings of a plug-in, or their JSON Schema: an object whose shape the plug-in knows. */
export const SettingsScalar = new GraphQLScalarType<object, object>({
  name: 'Settings',
  description: "A plug-in's settings, checked against the plug-in's own JSON Schema. Secrets are left out when they are read.",
  serialize: (value) => value as object,
  parseValue: settings,
  parseLiteral: (node, variables) => settings(valueFromASTUntyped(node, variables)),
});

function settings(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new GraphQLError(`Settings needs an object, got ${Array.isArray(value) ? 'a list' : typeof value}`);
}
