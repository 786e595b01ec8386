/** The points of a series, by column. What is no number, also infinity, is NaN. */
export interface Points {
  /** Seconds since 1970. */
  seconds: Float64Array;
  values: Float64Array;
}

const valuesKey = '"values":[';
/** Room for so many points at first. */
const someTypically = 1_024;

/**
 * Reads the answer to a range query as JSON.parse does, but for the points: those go into columns as they are met. As objects they
 * would be ten times their size, and of millions that is what the memory of a run would be.
 *
 * Inside a text of JSON the quotes of `"values":[` would be escaped, so what looks like the key is the key.
 *
 * @throws SyntaxError for what is no JSON
 */
export function parseMatrix(text: string): unknown {
  const columns: Points[] = [];
  let skeleton = '';
  let from = 0;
  for (let at = text.indexOf(valuesKey); at >= 0; at = text.indexOf(valuesKey, from)) {
    skeleton += `${text.slice(from, at)}"values":${columns.length}`;
    const list = new PointList(text, at + valuesKey.length);
    columns.push(list.read());
    from = list.at;
  }
  return JSON.parse(skeleton + text.slice(from), (key, value: unknown) => (key === 'values' && typeof value === 'number' ? columns[value] : value));
}

/** A list such as `[1435781430.781,"1"],[1435781445.781,"0.5"]]`, read from its first point on. */
class PointList {
  constructor(
    private readonly text: string,
    /** Where it is read next. */
    public at: number,
  ) {}

  read(): Points {
    let seconds = new Float64Array(someTypically);
    let values = new Float64Array(someTypically);
    let count = 0;
    if (this.text[this.at] === ']') this.at += 1;
    else {
      do {
        this.expect('[');
        if (count === seconds.length) [seconds, values] = [doubled(seconds), doubled(values)];
        seconds[count] = Number(this.until(','));
        this.expect('"');
        // Number gives NaN for "NaN", "+Inf" and "-Inf" alike; whoever stores drops and counts it.
        values[count] = Number(this.until('"'));
        count += 1;
        this.expect(']');
      } while (this.isNext(','));
    }
    return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
  }

  /** Whether the list goes on; it ends with a bracket. */
  private isNext(separator: string): boolean {
    const isNext = this.text[this.at] === separator;
    if (!isNext && this.text[this.at] !== ']') this.refuse();
    this.at += 1;
    return isNext;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) this.refuse();
    this.at += 1;
  }

  private until(character: string): string {
    const end = this.text.indexOf(character, this.at);
    if (end < 0) this.refuse();
    const found = this.text.slice(this.at, end);
    this.at = end + 1;
    return found;
  }

  private refuse(): never {
    throw new SyntaxError(`a list of points goes on with "${this.text.slice(this.at, this.at + 20)}" at ${this.at}`);
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}
