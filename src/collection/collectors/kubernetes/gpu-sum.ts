import { GpuCount, type GpuShare } from '../../../resources/index.js';

/** GPUs added up, which are unknown as soon as one of their parts is. */
export class GpuSum {
  private readonly count = new GpuCount();
  private isKnown = true;

  /** @param share null where nobody knows what one is */
  add(count: number, share: GpuShare | null): void {
    if (count === 0) return;
    if (share === null) this.isKnown = false;
    else this.count.add(count, share);
  }

  /** Null where they are unknown. */
  get gpus(): number | null {
    return this.isKnown ? this.count.gpus : null;
  }
}
