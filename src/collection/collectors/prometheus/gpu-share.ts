/** Profiles that only GPUs of four slices have: the A30 and the RTX PRO 6000. */
const quarterProfiles = new Set(['1g.6gb', '2g.12gb', '4g.24gb', '2g.48gb', '4g.96gb']);
const quarterModels = /\bA30\b|RTX PRO 6000/;

/**
 * Which part of a GPU something is, by the MIG profile in its name: `1g.10gb`, `nvidia_com_mig_1g_10gb` and
 * `nvidia.com/mig-1g.10gb` are one slice of seven. 1 for what is no MIG instance.
 *
 * Unit    GPUs.
 * Source  https://docs.nvidia.com/datacenter/tesla/mig-user-guide/, "Supported MIG Profiles"
 */
export function shareOfGpu(name: string, model = ''): number {
  const [, slices, gigabytes] = /(\d)g[._](\d+)gb/.exec(name) ?? [];
  if (slices === undefined) return 1;
  const isQuartered = quarterModels.test(model) || quarterProfiles.has(`${slices}g.${gigabytes}gb`);
  return Number(slices) / (isQuartered ? 4 : 7);
}
