/** How many texts are remembered at once; real files repeat a few hundred. */
const capacity = 5_000;

/** What texts were read as. Files say the same instants and tags over and over. */
export class Memory {
  private readonly known = new Map<string, string>();

  get(text: string): string | undefined {
    return this.known.get(text);
  }

  /** Gives the meaning back. */
  set(text: string, meaning: string): string {
    // Whatever comes next resembles what came last, so that forgetting everything costs little.
    if (this.known.size >= capacity) this.known.clear();
    // A value is a slice of the file's text, and as a key would keep a whole piece of that in memory.
    this.known.set(Buffer.from(text).toString(), meaning);
    return meaning;
  }
}
