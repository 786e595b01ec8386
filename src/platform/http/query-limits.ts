import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The most tokens that are read of a query; past them it is not even parsed. */
export const mostTokens = 2_000;

/** The most of anything that one operation may have, with its fragments written out. Introspection has 230 fields, 15 deep. */
const limits = {
  depth: { most: 20, of: 'levels' },
  rootFields: { most: 50, of: 'fields at its root' },
  fields: { most: 1_000, of: 'fields' },
  aliases: { most: 50, of: 'aliases' },
  directives: { most: 50, of: 'directives' },
  fragments: { most: 50, of: 'fragments' },
};

type Extent = Record<Exclude<keyof typeof limits, 'fragments'>, number>;

const nothing: Extent = { depth: 0, rootFields: 0, fields: 0, aliases: 0, directives: 0 };

/**
 * Refuses a document that would be dear to validate or to run, at the price of reading it once.
 * It is not validated yet: names may be missing, and fragments may contain themselves.
 *
 * @throws GraphQLError naming the limit, and what the query has
 */
export function checkLimits({ definitions }: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  refuseMore('fragments', fragments.size);
  const measured = new Map<string, Extent>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const extent = extentOf(definition.selectionSet, fragments, measured);
    for (const limit of Object.keys(nothing) as (keyof Extent)[]) refuseMore(limit, extent[limit]);
  }
}

function refuseMore(limit: keyof typeof limits, got: number): void {
  const { most, of } = limits[limit];
  if (got > most) throw new GraphQLError(`a query may have at most ${most} ${of}, and this has ${got}`);
}

/** Each fragment is measured once, however often it is spread: written out, n of them can be 2ⁿ fields. */
function extentOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Extent>,
): Extent {
  const total = { ...nothing };
  for (const selection of selections) {
    total.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      const inner = selection.selectionSet ? extentOf(selection.selectionSet, fragments, measured) : nothing;
      total.rootFields += 1;
      total.aliases += selection.alias ? 1 : 0;
      total.fields += 1;
      add(total, { ...inner, depth: inner.depth + 1, rootFields: 0 });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(total, extentOf(selection.selectionSet, fragments, measured));
    } else {
      const name = selection.name.value;
      if (!measured.has(name)) {
        // Until it is measured it counts for nothing, so that a cycle ends; validation refuses it later.
        measured.set(name, nothing);
        const fragment = fragments.get(name);
        if (fragment) measured.set(name, extentOf(fragment.selectionSet, fragments, measured));
      }
      add(total, measured.get(name)!);
    }
  }
  return total;
}

function add(total: Extent, more: Extent): void {
  total.depth = Math.max(total.depth, more.depth);
  total.rootFields += more.rootFields;
  total.fields += more.fields;
  total.aliases += more.aliases;
  total.directives += more.directives;
}
