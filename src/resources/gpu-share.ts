import { InvalidInput } from '../platform/index.js';

/**
 * A part of one GPU: `parts` of the equal ones that it is divided into. Whole numbers, because seven
 * times the floating-point number next to 1/7 is not 1.
 */
export interface GpuShare {
  readonly parts: number;
  readonly of: number;
}

export const wholeGpu: GpuShare = { parts: 1, of: 1 };

/** A way to divide a GPU of which nobody knows how much of it a part is. It is never taken for all of it, nor for nothing. */
export class UnknownGpuShare extends InvalidInput {}

/** GPUs that are divided alike. A GPU has as many compute slices, and its profiles are named by slices and memory. */
interface MigFamily {
  product: RegExp;
  computeSlices: number;
  profiles: readonly string[];
}

/** Words, not parts of them: a GH200 is no H200, and a GB200 no B200. */
const migFamilies: readonly MigFamily[] = [
  { product: /\bA30\b/, computeSlices: 4, profiles: ['1g.6gb', '2g.12gb', '4g.24gb'] },
  { product: /\bRTX PRO 6000\b/, computeSlices: 4, profiles: ['1g.24gb', '2g.48gb', '4g.96gb'] },
  {
    product: /\bA100\b/,
    computeSlices: 7,
    profiles: ['1g.5gb', '1g.10gb', '2g.10gb', '3g.20gb', '4g.20gb', '7g.40gb', '1g.20gb', '2g.20gb', '3g.40gb', '4g.40gb', '7g.80gb'],
  },
  {
    product: /\b(H100|H20|GH200)\b/,
    computeSlices: 7,
    profiles: [
      '1g.10gb', '1g.20gb', '2g.20gb', '3g.40gb', '4g.40gb', '7g.80gb',
      '1g.12gb', '1g.24gb', '2g.24gb', '3g.47gb', '4g.47gb', '7g.94gb', '3g.48gb', '4g.48gb', '7g.96gb',
    ],
  },
  { product: /\bH200\b/, computeSlices: 7, profiles: ['1g.18gb', '1g.35gb', '2g.35gb', '3g.71gb', '4g.71gb', '7g.141gb'] },
  { product: /\bB200\b/, computeSlices: 7, profiles: ['1g.23gb', '1g.45gb', '2g.45gb', '3g.90gb', '4g.90gb', '7g.180gb'] },
];

/**
 * What share of a GPU a MIG profile is: its compute slices, of those the GPU has. Its memory is not
 * counted: see docs/decisions/0023-shares-of-a-gpu.md.
 *
 * @param profile such as `1g.5gb`, `3g.20gb` or `1g.5gb+me`; `1c.3g.20gb` is a compute instance, one slice within three
 * @param product the GPU, as a driver or a cloud spells it; null where it is not known
 * @throws UnknownGpuShare naming the profile, also where it depends on the GPU and that is not known
 * @see https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html
 */
export function migShare(profile: string, product: string | null): GpuShare {
  // In the names of Kubernetes resources, which know no plus, media extensions come after a dot.
  const [, computeInstance, name] = /^(?:(\d)c\.)?(\dg\.\d+gb)(?:[+.-](?:me|gfx)(?:\.all)?)?$/.exec(profile) ?? [];
  const words = product?.replaceAll(/[-_]/g, ' ').toUpperCase() ?? null;
  const family = words === null ? undefined : migFamilies.find((one) => one.product.test(words));
  const candidates = (family ? [family] : migFamilies).filter(({ profiles }) => name !== undefined && profiles.includes(name));
  const sliceCounts = new Set(candidates.map(({ computeSlices }) => computeSlices));
  const [of] = sliceCounts;
  const parts = Number(computeInstance ?? name?.[0]);
  if (of === undefined) throw new UnknownGpuShare(`MIG profile "${profile}"${product === null ? '' : ` of ${product}`} is not known: nobody can tell what share of a GPU it is`);
  if (sliceCounts.size > 1) throw new UnknownGpuShare(`MIG profile "${profile}" is one of ${[...sliceCounts].join(' or ')} slices: it needs the GPU to be known, got ${product ?? 'none'}`);
  if (parts < 1 || parts > Number(name![0])) throw new UnknownGpuShare(`MIG profile "${profile}" has ${parts} of ${name![0]} slices`);
  return { parts, of };
}

/**
 * A share that is handed out several times over, in turns or as its parts.
 *
 * @throws UnknownGpuShare when it is not said among how many
 */
export function sharedAmong({ parts, of }: GpuShare, replicas: number): GpuShare {
  if (!Number.isSafeInteger(replicas) || replicas < 1) throw new UnknownGpuShare(`a shared GPU needs a number of replicas of at least 1, got ${replicas}`);
  return { parts, of: of * replicas };
}

/**
 * The share that a workload asks for as a decimal fraction, such as `0.25`.
 *
 * @throws UnknownGpuShare for what is no fraction above 0 and up to 1
 */
export function fractionalShare(fraction: string): GpuShare {
  const [, whole, decimals = ''] = /^(\d)(?:\.(\d{1,6}))?$/.exec(fraction.trim()) ?? [];
  const of = 10 ** decimals.length;
  const parts = Number(`${whole}${decimals}`);
  if (whole === undefined || parts === 0 || parts > of) throw new UnknownGpuShare(`a share of a GPU needs a decimal fraction above 0 and up to 1, got "${fraction}"`);
  return { parts, of };
}

/**
 * What is left of one GPU beside its shares.
 *
 * @throws UnknownGpuShare when they are more than one GPU
 */
export function idleShare(shares: readonly GpuShare[]): GpuShare {
  const given = new GpuCount();
  for (const share of shares) given.add(1, share);
  const { parts, of } = given.exact;
  if (parts > of) throw new UnknownGpuShare(`shares of one GPU add up to at most 1, got ${parts}/${of}`);
  return { parts: of - parts, of };
}

/** GPUs added up from their shares: seven sevenths are one, to the digit and in any order. */
export class GpuCount {
  private parts = 0n;
  private of = 1n;

  /** @param count a whole number, may be negative */
  add(count: number, share: GpuShare): void {
    const parts = this.parts * BigInt(share.of) + BigInt(count) * BigInt(share.parts) * this.of;
    const of = this.of * BigInt(share.of);
    const divisor = greatestDivisor(parts < 0n ? -parts : parts, of);
    this.parts = parts / divisor;
    this.of = of / divisor;
  }

  /** In lowest terms. */
  get exact(): GpuShare {
    return { parts: Number(this.parts), of: Number(this.of) };
  }

  get gpus(): number {
    return Number(this.parts) / Number(this.of);
  }
}

function greatestDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestDivisor(other, one % other);
}
