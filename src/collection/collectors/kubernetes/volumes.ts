import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { ServiceCategory } from '../../../access/index.js';
import { UsageMetric } from '../../../usage/index.js';
import type { CollectionReport } from '../../collector.js';
import { quantity } from './quantity.js';
import type { Snapshot } from './snapshot.js';

interface Volume {
  name: string;
  gib: number | null;
  tags: Record<string, string>;
}

/** What is kept of a claim while all are listed. */
export interface Claim {
  namespace: string;
  name: string;
  isBound: boolean;
  gib: number | null;
  storageClass: string | undefined;
}

/** While a volume grows, more is asked for than there is: the claim's status has what there is. */
export function claimOf({ metadata, spec, status }: V1PersistentVolumeClaim): Claim {
  const { namespace = 'default', name = '' } = metadata ?? {};
  return { namespace, name, isBound: status?.phase === 'Bound', gib: gibOf(status?.capacity?.storage), storageClass: spec?.storageClassName };
}

/**
 * Persistent volumes and the claims that have them. How full they are is not known here: only the
 * kubelet sees that.
 */
export class Volumes {
  /** By `namespace/claim`. */
  private readonly ofClaims = new Map<string, Volume>();
  private readonly unclaimed: Volume[] = [];

  addVolume({ metadata, spec }: V1PersistentVolume): void {
    const { storageClassName, csi, claimRef } = spec ?? {};
    // The cloud's own name of it, which bills use too.
    const tags = { ...(storageClassName && { storageClass: storageClassName }), ...(csi?.volumeHandle && { volumeHandle: csi.volumeHandle }) };
    const volume = { name: metadata?.name ?? '', gib: gibOf(spec?.capacity?.storage), tags };
    if (claimRef?.name) this.ofClaims.set(`${claimRef.namespace}/${claimRef.name}`, volume);
    else this.unclaimed.push(volume);
  }

  /** Describes a claim with its volume; what is left in the end belongs to nobody. @returns whether it has a volume */
  describeClaim(snapshot: Snapshot, { namespace, name, isBound, gib, storageClass }: Claim, report: CollectionReport): boolean {
    const volume = this.ofClaims.get(`${namespace}/${name}`);
    this.ofClaims.delete(`${namespace}/${name}`);
    if (!isBound) return false;
    const tags = { namespace, ...(storageClass && { storageClass }), ...volume?.tags };
    describe(snapshot, `volumes/${namespace}/${name}`, 'Persistent Volume Claim', { name, gib: gib ?? volume?.gib ?? null, tags }, report);
    return true;
  }

  /** Describes the volumes that no claim has, or has any more. They are paid for all the same. */
  describeRest(snapshot: Snapshot, report: CollectionReport): void {
    for (const volume of [...this.unclaimed, ...this.ofClaims.values()]) describe(snapshot, `volumes/${volume.name}`, 'Persistent Volume', volume, report);
  }
}

function describe(snapshot: Snapshot, path: string, resourceType: string, { name, gib, tags }: Volume, report: CollectionReport): void {
  const resourceId = snapshot.describe(path, { name, resourceType, serviceCategory: ServiceCategory.STORAGE, tags });
  if (gib === null) report.refuse('volumes that do not say how large they are');
  snapshot.size(resourceId, UsageMetric.STORAGE, gib);
}

/** No volume is of size 0: what says so says nothing. */
function gibOf(text: string | undefined): number | null {
  const gib = quantity(text) / 2 ** 30;
  return Number.isFinite(gib) && gib > 0 ? gib : null;
}
