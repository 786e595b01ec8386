import { shareOfGpu } from './gpu-share.js';

describe('the share of a GPU', () => {
  it.each([
    ['1g.10gb', 1 / 7], ['1g.10gb+me', 1 / 7], ['7g.80gb', 1], ['1c.3g.20gb', 3 / 7], ['nvidia_com_mig_2g_20gb', 2 / 7], ['nvidia.com/mig-4g.40gb', 4 / 7],
  ])('is read off %s as slices of seven', (name, share) => {
    expect(shareOfGpu(name)).toBe(share);
  });

  it.each([
    ['1g.6gb', ''], ['nvidia_com_mig_1g_6gb', ''], ['1g.24gb', 'NVIDIA RTX PRO 6000 Blackwell Server Edition'], ['1g.6gb', 'NVIDIA A30'],
  ])('is read off %s of "%s" as slices of four', (name, model) => {
    expect(shareOfGpu(name, model)).toBe(1 / 4);
  });

  it('is a whole one for what is no instance of MIG', () => {
    for (const name of ['', 'nvidia_com_gpu', 'nvidia.com/gpu', 'NVIDIA H100 80GB HBM3']) expect(shareOfGpu(name)).toBe(1);
  });
});
