/** How a GPU is divided among those who use it. */
export type GpuSharing = 'WHOLE' | 'MIG' | 'TIME_SLICED' | 'FRACTIONAL';

/** What is known of a resource when it is seen. `providerName` and `resourceId` together identify it. */
export interface ResourceDescription {
  providerName: string;
  /** The provider's identifier (FOCUS ResourceId). */
  resourceId: string;
  resourceName: string | null;
  resourceType: string | null;
  serviceName: string;
  /** As FOCUS spells it, for example `AI and Machine Learning`. */
  serviceCategory: string;
  /** What it is a part of: the identifier of a GPU's node, of a node's pool. Of the same provider; described before, or with it. */
  parentResourceId?: string | null;
  regionId: string | null;
  subAccountId: string | null;
  tags: Record<string, string | null>;
  gpu: { model: string; share: number; sharing: GpuSharing } | null;
  /** Instants in UTC, ISO 8601. */
  firstSeenAt: string;
  lastSeenAt: string;
}
