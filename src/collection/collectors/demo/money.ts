/**
 * Money of the demo is counted in whole billionths of a currency unit: a price in millionths times a quantity in
 * thousandths is exact, and stays a safe integer up to nine million a charge. Only text leaves, so no float noise shows.
 */
export function costOf(priceMicros: number, quantityThousandths: number): number {
  const cost = priceMicros * quantityThousandths;
  if (!Number.isSafeInteger(cost)) throw new RangeError(`a cost needs whole factors, got ${priceMicros} × ${quantityThousandths}`);
  return cost;
}

export const NANOS = 9;
export const MICROS = 6;
export const THOUSANDTHS = 3;

/** A price as one reads it, in millionths. */
export function micros(price: number): number {
  return Math.round(price * 1e6);
}

/** Rounds billionths to whole cents, as invoices do for what is a share of something else. */
export function toWholeCents(nanos: number): number {
  return Math.round(nanos / 1e7) * 1e7;
}

/** Exact decimal of a whole count of 10⁻ᵈⁱᵍⁱᵗˢ, without trailing zeros: (−1500, 3) is `-1.5`. */
export function decimalText(count: number, digits: number): string {
  const padded = String(Math.abs(count)).padStart(digits + 1, '0');
  const whole = padded.slice(0, -digits);
  const fraction = padded.slice(-digits).replace(/0+$/, '');
  const sign = count < 0 ? '-' : '';
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}
