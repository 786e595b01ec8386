import fc from 'fast-check';
import { fractionalShare, GpuCount, idleShare, migShare, sharedAmong, UnknownGpuShare, wholeGpu, type GpuShare } from './gpu-share.js';

describe('the share of a GPU', () => {
  // Of https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html, "Fraction of SMs".
  it.each([
    ['1g.5gb', 'NVIDIA-A100-SXM4-40GB', 1, 7],
    ['1g.10gb', 'NVIDIA-A100-SXM4-40GB', 1, 7],
    ['2g.10gb', 'NVIDIA-A100-SXM4-40GB', 2, 7],
    ['3g.20gb', 'A100-SXM4-40GB', 3, 7],
    ['4g.20gb', 'nvidia-tesla-a100', 4, 7],
    ['7g.80gb', 'NVIDIA-A100-SXM4-80GB', 7, 7],
    ['1g.10gb+me', 'NVIDIA-H100-80GB-HBM3', 1, 7],
    ['1g.10gb.me', 'NVIDIA-H100-80GB-HBM3', 1, 7],
    ['3g.47gb', 'NVIDIA-H100-NVL', 3, 7],
    ['4g.48gb', 'NVIDIA-GH200-480GB', 4, 7],
    ['1g.18gb', 'NVIDIA-H200', 1, 7],
    ['3g.71gb', 'nvidia-h200-141gb', 3, 7],
    ['1g.45gb', 'NVIDIA-B200', 1, 7],
    ['4g.90gb', 'NVIDIA-B200', 4, 7],
    ['1g.6gb', 'NVIDIA-A30', 1, 4],
    ['2g.12gb+me', 'NVIDIA-A30', 2, 4],
    ['4g.24gb', 'NVIDIA-A30', 4, 4],
    ['1g.24gb', 'NVIDIA-H100-NVL', 1, 7],
    ['1g.24gb', 'NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition', 1, 4],
    ['2g.48gb+me.all', 'NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition', 2, 4],
    ['1c.3g.20gb', 'NVIDIA-A100-SXM4-40GB', 1, 7],
    ['2c.3g.20gb', 'NVIDIA-A100-SXM4-40GB', 2, 7],
  ])('that %s of %s is, is its compute slices: %d of %d', (profile, product, parts, of) => {
    expect(migShare(profile, product)).toEqual({ parts, of });
  });

  it('is known without the GPU where a profile is of one size everywhere', () => {
    expect(migShare('1g.5gb', null)).toEqual({ parts: 1, of: 7 });
    expect(migShare('2g.12gb', null)).toEqual({ parts: 2, of: 4 });
    expect(migShare('3g.40gb', 'a GPU of the future')).toEqual({ parts: 3, of: 7 });
  });

  it.each([
    ['9g.99gb', 'NVIDIA-H100-80GB-HBM3', '"9g.99gb" of NVIDIA-H100-80GB-HBM3 is not known'],
    ['1g.5gb', 'NVIDIA-A30', '"1g.5gb" of NVIDIA-A30 is not known'],
    ['1g.6gb', 'NVIDIA-H100-80GB-HBM3', '"1g.6gb" of NVIDIA-H100-80GB-HBM3 is not known'],
    ['1g', 'NVIDIA-H100-80GB-HBM3', '"1g" of NVIDIA-H100-80GB-HBM3 is not known'],
    ['', null, '"" is not known'],
    ['1g.24gb', null, '"1g.24gb" is one of 4 or 7 slices: it needs the GPU to be known, got none'],
    ['4c.3g.20gb', 'NVIDIA-A100-SXM4-40GB', '"4c.3g.20gb" has 4 of 3 slices'],
  ])('that %s of %s is, is refused by its name', (profile, product, message) => {
    expect(() => migShare(profile, product)).toThrow(UnknownGpuShare);
    expect(() => migShare(profile, product)).toThrow(message);
  });

  it('is divided by those who take turns, also within a slice', () => {
    expect(sharedAmong(wholeGpu, 4)).toEqual({ parts: 1, of: 4 });
    expect(sharedAmong({ parts: 3, of: 7 }, 2)).toEqual({ parts: 3, of: 14 });
    for (const replicas of [0, -1, 1.5, NaN]) expect(() => sharedAmong(wholeGpu, replicas)).toThrow(UnknownGpuShare);
  });

  it('is read from a decimal fraction as it is written', () => {
    expect(fractionalShare('0.25')).toEqual({ parts: 25, of: 100 });
    expect(fractionalShare('1')).toEqual({ parts: 1, of: 1 });
    for (const fraction of ['0', '0.0', '1.01', '2', '-0.5', 'half', '', '1e-1']) expect(() => fractionalShare(fraction)).toThrow(UnknownGpuShare);
  });
});

describe('the shares of one GPU', () => {
  const count = (shares: readonly GpuShare[]) => shares.reduce((sum, share) => (sum.add(1, share), sum), new GpuCount());

  const profiles = ['1g.5gb', '1g.10gb', '2g.10gb', '3g.20gb', '4g.20gb', '7g.40gb'];
  const mig = fc.array(fc.constantFrom(...profiles)).map((names) => names.map((name) => migShare(name, 'A100')));
  const timeSliced = fc.record({ replicas: fc.integer({ min: 1, max: 64 }), taken: fc.nat(64) })
    .map(({ replicas, taken }) => Array.from({ length: Math.min(taken, replicas) }, () => sharedAmong(wholeGpu, replicas)));
  const shared = fc.tuple(fc.constantFrom(...profiles), fc.integer({ min: 1, max: 16 })).map(([name, replicas]) => Array.from({ length: replicas }, () => sharedAmong(migShare(name, 'A100'), replicas)));
  const fractional = fc.array(fc.integer({ min: 1, max: 1_000_000 })).map((millionths) => millionths.map((part) => fractionalShare((part / 1_000_000).toFixed(6))));
  const fits = (shares: readonly GpuShare[]) => {
    const { parts, of } = count(shares).exact;
    return parts <= of;
  };

  it('and what is idle add up to exactly 1, however it is divided and in any order', () => {
    const anyShares = fc.oneof(mig, timeSliced, shared, fractional).map((shares) => {
      const fitting: GpuShare[] = [];
      for (const share of shares) if (fits([...fitting, share])) fitting.push(share);
      return fitting;
    });
    fc.assert(fc.property(anyShares, fc.nat(), (shares, turn) => {
      const idle = idleShare(shares);
      const turned = [...shares.slice(turn % (shares.length + 1)), idle, ...shares.slice(0, turn % (shares.length + 1))];
      expect(count(turned).exact).toEqual({ parts: 1, of: 1 });
      expect(count(turned).gpus).toBe(1);
      expect(idle.parts).toBeGreaterThanOrEqual(0);
    }));
  });

  it('fit it where the hardware lets them: two of 3g.20gb leave a seventh idle, which nobody can have', () => {
    expect(idleShare([migShare('3g.20gb', 'A100'), migShare('3g.20gb', 'A100')])).toEqual({ parts: 1, of: 7 });
    expect(idleShare([migShare('4g.20gb', 'A100'), migShare('3g.20gb', 'A100')])).toEqual({ parts: 0, of: 1 });
    expect(idleShare([])).toEqual({ parts: 1, of: 1 });
  });

  it('are refused when they are more than it', () => {
    expect(() => idleShare([migShare('4g.20gb', 'A100'), migShare('4g.20gb', 'A100')])).toThrow('add up to at most 1, got 8/7');
  });
});
