/** AWS writes amounts as texts, small ones sometimes as `1E-10`. */
const amountSyntax = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?(?:E([+-]?\d{1,2}))?$/i;
const places = 60;

/** An amount as a whole number of its sixtieth decimal place; undefined when the text is no exact decimal of that size. */
export function exactAmount(text: string): bigint | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = amountSyntax.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const shift = places - fraction.length + Number(exponent);
  if (shift < 0 || shift > 2 * places) return undefined;
  const units = BigInt(`${whole}${fraction}`) * 10n ** BigInt(shift);
  return sign === '-' ? -units : units;
}

/** The amount as people read it, to ten places. */
export function shownAmount(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places, 10 - places).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction && `.${fraction}`}`;
}

/** One unit of the tenth decimal place, which Cost Explorer rounds amounts to. */
export const roundingUnit = 10n ** BigInt(places - 10);
