import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { InvalidInput } from '../errors.js';

@ObjectType()
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
  @Field(() => String, { nullable: true, description: 'The cursor to go on after.' }) after?: string;
}

/** The connection and edge types of a noun, named for it. */
export function connectionOf<T>(name: string, nodeType: () => Type<T>): Type<Connection<T>> {
  @ObjectType(`${name}Edge`)
  class EdgeType {
    @Field() cursor: string;
    @Field(nodeType) node: T;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionType {
    @Field(() => [EdgeType]) edges: EdgeType[];
    @Field(() => [nodeType()]) nodes: T[];
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

/**
 * The sort key a cursor stands for; undefined for the first page.
 *
 * @throws InvalidInput when the cursor is not one of ours or not of this many parts.
 */
export function cursorKey(page: PageArgs, parts: number): string[] | undefined {
  if (page.after === undefined || page.after === null) return undefined;
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(page.after, 'base64url').toString('utf8'));
  } catch {
    key = undefined;
  }
  if (!Array.isArray(key) || key.length !== parts || !key.every((part) => typeof part === 'string')) {
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
