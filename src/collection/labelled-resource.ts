import { ServiceCategory } from '../access/index.js';
import type { ResourceDescription } from '../resources/index.js';
import type { SettingSchema } from '../platform/index.js';

/** How the labels of a series name the resource that it is about. Templates are text with labels in braces. */
export interface LabelledResource {
  resourceId: string;
  resourceName?: string;
  resourceType?: string;
  providerName: string;
  serviceName: string;
  serviceCategory: string;
  regionId?: string;
  subAccountId?: string;
  /** Labels that are kept as tags of the resource. */
  tagLabels: readonly string[];
}

/** The settings of it. @param example a template as the source would have it, such as `{namespace}/{pod}` */
export function labelledResourceSettings(example: string): Readonly<Record<keyof LabelledResource, SettingSchema>> {
  const template = `with labels in braces, such as ${example}`;
  return {
    resourceId: { type: 'string', minLength: 1, description: `what tells resources apart, ${template}` },
    resourceName: { type: 'string', minLength: 1, description: `what people call the resource, ${template}` },
    resourceType: { type: 'string', minLength: 1, description: 'what kind of thing it is, such as GPU' },
    providerName: { type: 'string', minLength: 1, default: 'own', description: 'whose resources they are, as in the bills' },
    serviceName: { type: 'string', minLength: 1, default: 'unknown', description: 'what the provider sells them as' },
    serviceCategory: { type: 'string', enum: Object.values(ServiceCategory), default: ServiceCategory.OTHER, description: 'the FOCUS category of that service' },
    regionId: { type: 'string', minLength: 1, description: `where they are, ${template}` },
    subAccountId: { type: 'string', minLength: 1, description: `whose part of the account they are, ${template}` },
    tagLabels: { type: 'array', default: [], items: { type: 'string', description: 'the name of a label' }, description: 'labels to keep as tags' },
  };
}

/** What a series is about, seen from its first instant to its last; null where a label that names it is missing. */
export function resourceOfLabels(asked: LabelledResource, labels: Readonly<Record<string, string>>, firstMs: number, lastMs: number): ResourceDescription | null {
  const fill = (template: string | undefined): string | null => {
    if (template === undefined) return null;
    const names = [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!);
    return names.every((name) => labels[name]) ? template.replace(/\{([^{}]+)\}/g, (_, name: string) => labels[name]!) : null;
  };
  const resourceId = fill(asked.resourceId);
  if (resourceId === null) return null;
  return {
    providerName: asked.providerName,
    resourceId,
    resourceName: fill(asked.resourceName),
    resourceType: asked.resourceType ?? null,
    serviceName: asked.serviceName,
    serviceCategory: asked.serviceCategory,
    regionId: fill(asked.regionId),
    subAccountId: fill(asked.subAccountId),
    tags: Object.fromEntries(asked.tagLabels.flatMap((label) => (labels[label] ? [[label, labels[label]]] : []))),
    gpu: null,
    firstSeenAt: new Date(firstMs).toISOString(),
    lastSeenAt: new Date(lastMs).toISOString(),
  };
}
