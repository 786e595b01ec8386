/** The rows of a CSV text as records, read the slow and obvious way: character by character. */
export function recordsOf(csv: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    const character = csv[at]!;
    if (isQuoted && character === '"' && csv[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (character === ',' || character === '\n')) {
      rows.at(-1)!.push(cell);
      cell = '';
      if (character === '\n') rows.push([]);
    } else if (isQuoted || (character !== '\r' && character !== '\uFEFF')) {
      cell += character;
    }
  }
  rows.at(-1)!.push(cell);
  const [header, ...lines] = rows.filter((row) => row.length > 1);
  return lines.map((line) => Object.fromEntries(header!.map((name, index) => [name, line[index]!])));
}

const places = 40;

/** Adds decimals up as whole numbers of their fortieth place: exact, and nothing like what a database does. */
export function exactSum(amounts: readonly string[]): string {
  const total = amounts.reduce((sum, amount) => sum + scaled(amount), 0n);
  return text(total);
}

/** A decimal without the zeros that say nothing: `1.50` and `1.5` are one amount. */
export function exact(amount: string): string {
  return text(scaled(amount));
}

function scaled(amount: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.replace(/[$, ]/g, '')) ?? [];
  if (whole === undefined || fraction.length > places) throw new Error(`"${amount}" is not an amount this can add`);
  return BigInt(`${sign}${whole}${fraction.padEnd(places, '0')}`);
}

function text(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction ? `.${fraction}` : ''}`;
}
