/** What DCGM exporters of some nodes were scraped for, made up. */
export interface GpuHistory {
  gpus: number;
  startMs: number;
  endMs: number;
  everyMs: number;
}

/** Settings that read five metrics of it: three of the preset, and two by PromQL. */
export const settingsOf = (url: string, step: string) => ({
  url,
  step,
  // The run that comes with a new source is not what is measured.
  firstReach: 'PT1H',
  presets: ['dcgm'],
  queries: [
    { query: 'max by (UUID) (avg_over_time(DCGM_FI_PROF_PCIE_RX_BYTES[$step]))', metric: 'NETWORK', resourceId: '{UUID}' },
    { query: 'max by (UUID) (max_over_time(gpu_allocated[$step]))', metric: 'GPU_ALLOCATED', resourceId: '{UUID}' },
  ],
});

/** In the format of OpenMetrics, in pieces of one scrape. */
export function* openMetricsOf({ gpus, startMs, endMs, everyMs }: GpuHistory): Generator<string> {
  const labels = Array.from({ length: gpus }, (_, gpu) => `{gpu="${gpu % 8}",UUID="GPU-${String(gpu).padStart(8, '0')}",device="nvidia${gpu % 8}",modelName="NVIDIA H100 80GB HBM3",Hostname="node-${Math.floor(gpu / 8)}"}`);
  const millijoules = new Float64Array(gpus);
  for (let atMs = startMs; atMs < endMs; atMs += everyMs) {
    const lines = labels.flatMap((of, gpu) => {
      const busy = (1 + Math.sin(atMs / 7_000_000 + gpu) * Math.cos(atMs / 600_000 + gpu * 3)) / 2;
      const watts = 90 + 600 * busy;
      millijoules[gpu]! += Math.round(watts * everyMs);
      return [
        `DCGM_FI_PROF_GR_ENGINE_ACTIVE${of} ${busy.toFixed(6)}`,
        `DCGM_FI_DEV_FB_USED${of} ${Math.round(2_000 + 70_000 * busy)}`,
        `DCGM_FI_DEV_POWER_USAGE${of} ${watts.toFixed(3)}`,
        `DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION${of} ${millijoules[gpu]!}`,
        `DCGM_FI_PROF_PCIE_RX_BYTES${of} ${Math.round(1e9 * busy)}`,
        `gpu_allocated${of} ${busy > 0.3 ? 1 : 0}`,
      ];
    });
    yield lines.map((line) => `${line} ${atMs / 1_000}\n`).join('');
  }
  yield '# EOF\n';
}
