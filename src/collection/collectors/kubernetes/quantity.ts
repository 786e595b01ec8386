const decimal = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
const factors: Readonly<Record<string, number>> = { ...decimal, ...binary };

/**
 * A quantity of Kubernetes as a number: `8`, `1500m`, `100Gi`, `1.5Ti`, `12e3`. NaN for what is none.
 *
 * The official client has one that reads no fractions of binary units, and takes what is missing for 0.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string | number | undefined): number {
  const [, number, exponent, suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(String(text ?? '')) ?? [];
  if (number === undefined) return NaN;
  return exponent === undefined ? Number(number) * factors[suffix]! : Number(`${number}e${exponent}`);
}
