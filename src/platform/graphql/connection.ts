import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import sql, { type Sql } from 'sql-template-tag';
import { InvalidInput } from '../errors.js';

@ObjectType({ description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field() hasNextPage: boolean;
  @Field() hasPreviousPage: boolean;
  @Field(() => String, { nullable: true, description: 'Null when the page is empty.' }) startCursor: string | null;
  @Field(() => String, { nullable: true, description: 'Null when the page is empty.' }) endCursor: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
}

const largestPage = 200;

/** The arguments of every connection. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50, description: `How many at most, 1 to ${largestPage}.` }) first: number;
  @Field(() => String, { nullable: true, description: 'The cursor to go on after; the first page when left out.' }) after?: string;
}

/** The connection and edge types of a noun, named for it. */
export function connectionOf<T>(name: string, nodeType: () => Type<T>): Type<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: 'One row of a page, and where it lies in the list.' })
  class EdgeType {
    @Field() cursor: string;
    @Field(nodeType) node: T;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionType {
    @Field(() => [EdgeType]) edges: EdgeType[];
    @Field(() => [nodeType()], { description: 'Those of the edges, for who needs no cursors.' }) nodes: T[];
    @Field(() => PageInfo) pageInfo: PageInfo;
  }
  return ConnectionType as Type<Connection<T>>;
}

/** How many rows a query needs to fetch to fill the page and to know whether there is another. */
export function pageLimit(page: PageArgs): number {
  if (page.first < 1 || page.first > largestPage) {
    throw new InvalidInput(`first needs a number from 1 to ${largestPage}, got ${page.first}`, ['first']);
  }
  return page.first + 1;
}

/** What a part of a sort key is: PostgreSQL takes it as a value of that type. */
export type CursorPart = 'text' | 'uuid' | 'integer' | 'instant';

const isPart: Record<CursorPart, (part: string) => boolean> = {
  text: (part) => !part.includes('\0'),
  uuid: (part) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  integer: (part) => /^\d{1,18}$/.test(part),
  instant: (part) => part === 'infinity' || isInstant(part),
};

/** An instant as `cursorInstant` writes it. */
function isInstant(part: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(part)) return false;
  const instant = new Date(part);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(part.slice(0, 19)) && !part.startsWith('0000');
}

/** A timestamp as a part of a sort key, to the microsecond: a cursor stands for exactly its row. */
export function cursorInstant(timestamp: Sql): Sql {
  return sql`CASE WHEN isfinite(${timestamp}) THEN to_char(${timestamp} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE 'infinity' END`;
}

/**
 * The sort key a cursor stands for; undefined for the first page.
 *
 * @param parts what the list is sorted by
 * @throws InvalidInput when the cursor is not one of this list
 */
export function cursorKey(page: PageArgs, parts: readonly CursorPart[]): string[] | undefined {
  if (page.after === undefined || page.after === null) return undefined;
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(page.after, 'base64url').toString('utf8'));
  } catch {
    key = undefined;
  }
  const isOurs =
    Array.isArray(key) &&
    key.length === parts.length &&
    parts.every((part, index) => typeof key[index] === 'string' && isPart[part](key[index]));
  if (!isOurs) {
    throw new InvalidInput(`after needs a cursor of this list, got "${page.after}"`, ['after']);
  }
  return key as string[];
}

/** A page from up to `first + 1` rows that each bring the sort key of their cursor. */
export function connection<T extends { cursorKey: string[] }>(rows: T[], page: PageArgs): Connection<T> {
  const edges = rows.slice(0, page.first).map((node) => ({
    cursor: Buffer.from(JSON.stringify(node.cursorKey)).toString('base64url'),
    node,
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== undefined && page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
