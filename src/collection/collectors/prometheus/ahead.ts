/** One after the other, with the next one under way while this one is dealt with: the source works while we store. */
export async function* ahead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = pulled(items);
  try {
    for (let item = await next; !item.done; item = await next) {
      next = pulled(items);
      yield item.value;
    }
  } finally {
    // Whoever stops early lets what is under way end first. It is told to by the signal.
    await next.catch(() => undefined);
    await items.return(undefined);
  }
}

function pulled<Item>(items: AsyncGenerator<Item>): Promise<IteratorResult<Item, unknown>> {
  const next = items.next();
  // The failure is met by whoever waits for it; until then it must not count as unhandled.
  next.catch(() => undefined);
  return next;
}
