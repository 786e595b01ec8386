import { Injectable } from '@nestjs/common';
import { Field, ID, InterfaceType } from '@nestjs/graphql';
import { NotFound } from '../errors.js';

@InterfaceType({ description: 'Anything that `node` finds by its id.', resolveType: (value: Node) => typeOfId(value.id) })
export abstract class Node {
  @Field(() => ID) id: string;
}

/** The id of an object in the API: its type and its key, so that any id can be looked up by itself. */
export function toId(type: string, key: string): string {
  return `${type}:${key}`;
}

function typeOfId(id: string): string {
  return id.slice(0, id.indexOf(':'));
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The UUID in an id of this type. @throws NotFound when it is of another type or none at all. */
export function keyOf(type: string, id: string, field: readonly string[] | null = null): string {
  const key = id.slice(type.length + 1);
  if (!id.startsWith(`${type}:`) || !uuid.test(key)) throw new NotFound(id, field);
  return key;
}

/** What an id was to name. @throws NotFound when there is nothing the viewer may see */
export function found<Row>(row: Row | null | undefined, id: string): Row {
  if (row === null || row === undefined) throw new NotFound(id, ['id']);
  return row;
}

/** Looks one object of a type up, as the viewer sees it; undefined when there is none. */
export type NodeLookup<Viewer> = (viewer: Viewer, id: string) => Promise<Node | undefined>;

/** What `node(id)` can find. Each room registers its own types. */
@Injectable()
export class NodeTypes {
  private readonly lookups = new Map<string, NodeLookup<never>>();

  register<Viewer>(type: string, lookup: NodeLookup<Viewer>): void {
    this.lookups.set(type, lookup as NodeLookup<never>);
  }

  /** @throws NotFound */
  async find(viewer: unknown, id: string): Promise<Node> {
    const lookup = this.lookups.get(typeOfId(id)) as NodeLookup<unknown> | undefined;
    return found(await lookup?.(viewer, id), id);
  }
}
