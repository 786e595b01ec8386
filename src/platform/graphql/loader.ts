import DataLoader from 'dataloader';

/** Loaders live as long as one request, so that no viewer ever reads another's cache. */
export type Loaders = Map<string, DataLoader<never, unknown>>;

/**
 * Loads a field of many parents with one statement.
 *
 * @param name what is loaded, with every argument that changes the answer
 * @param batch gives one row per key it found; `keyOf` tells which key a row answers
 */
export function load<Key extends string, Row>(
  loaders: Loaders,
  name: string,
  key: Key,
  batch: (keys: Key[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): Promise<Row | null> {
  let loader = loaders.get(name) as DataLoader<Key, Row | null> | undefined;
  if (!loader) {
    loader = new DataLoader<Key, Row | null>(async (keys) => {
      const rows = new Map((await batch([...keys])).map((row) => [keyOf(row), row]));
      return keys.map((one) => rows.get(one) ?? null);
    });
    loaders.set(name, loader as DataLoader<never, unknown>);
  }
  return loader.load(key);
}
