import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { withinScopes, type Scope, type Viewer } from '../access/index.js';
import { cursorInstant, cursorKey, OrderDirection, pageLimit, query, queryOne, type Database, type PageArgs } from '../platform/index.js';
import type { ResourceDescription } from './resource-description.js';
import type { Resource, ResourceFilter, ResourceOrder } from './resource.graphql.js';

export type ResourceRow = Resource & { cursorKey: string[]; parentId: string | null };

/** A resource as the API shows it. */
const selection = sql`
  'Resource:' || resource.id AS "id",
  resource.resource_id       AS "resourceId",
  resource.resource_name     AS "resourceName",
  resource.resource_type     AS "resourceType",
  resource.provider_name     AS "providerName",
  resource.service_name      AS "serviceName",
  resource.service_category  AS "serviceCategory",
  resource.region_id         AS "regionId",
  resource.sub_account_id    AS "subAccountId",
  coalesce((SELECT jsonb_agg(jsonb_build_object('key', tag.key, 'value', tag.value) ORDER BY tag.key)
              FROM jsonb_each_text(resource.tags) AS tag), '[]') AS "tags",
  'Resource:' || resource.parent_id AS "parentId",
  CASE WHEN resource.gpu_model IS NOT NULL
       THEN jsonb_build_object('model', resource.gpu_model, 'share', resource.gpu_share, 'sharing', resource.gpu_sharing)
  END                        AS "gpu",
  resource.first_seen_at     AS "firstSeenAt",
  resource.last_seen_at      AS "lastSeenAt"`;

/** The resources with these keys that the viewer may see, in no order. */
export function resourcesById(db: Database, viewer: Viewer, keys: string[]): Promise<ResourceRow[]> {
  return query(
    db,
    sql`SELECT ${selection} FROM resource
         WHERE resource.id = ANY(${keys}::uuid[])${withinScopes('resource', viewer.scope)}`,
  );
}

/** ` AND …` for the resources of a filter. */
export function matchingResources(filter: ResourceFilter | null | undefined): Sql {
  if (!filter) return empty;
  const conditions = [withinScopes('resource', {
    providerNames: filter.providerNames ?? [],
    serviceNames: filter.serviceNames ?? [],
    subAccountIds: [],
    serviceCategories: [],
    tags: (filter.tags ?? []).map(({ key, values }) => ({ key, values: values ?? [] })),
  })];
  if (filter.regionIds?.length) conditions.push(sql` AND resource.region_id = ANY(${filter.regionIds})`);
  if (filter.nameContains) {
    // strpos, not LIKE: a name may contain % and _.
    conditions.push(
      sql` AND strpos(lower(coalesce(resource.resource_name, resource.resource_id)), lower(${filter.nameContains})) > 0`,
    );
  }
  return join(conditions, '');
}

/** One page of resources, in the order asked for. */
export function resourcePage(
  db: Database,
  viewer: Viewer,
  filter: ResourceFilter | null | undefined,
  order: ResourceOrder | null | undefined,
  page: PageArgs,
): Promise<ResourceRow[]> {
  const sortKey = order?.field === 'FIRST_SEEN_AT'
    ? cursorInstant(sql`resource.first_seen_at`)
    : sql`coalesce(resource.resource_name, resource.resource_id)`;
  const direction = raw(order?.direction === OrderDirection.DESC ? 'DESC' : 'ASC');
  const after = cursorKey(page, ['text', 'uuid']);
  const beyond = after
    ? sql` AND (${sortKey}, resource.id::text) ${raw(order?.direction === OrderDirection.DESC ? '<' : '>')} (${after[0]}, ${after[1]})`
    : empty;
  return query(
    db,
    sql`SELECT ${selection}, jsonb_build_array(${sortKey}, resource.id::text) AS "cursorKey"
          FROM resource
         WHERE true${withinScopes('resource', viewer.scope)}${matchingResources(filter)}${beyond}
         ORDER BY ${sortKey} ${direction}, resource.id::text ${direction}
         LIMIT ${pageLimit(page)}`,
  );
}

/** Writes what is known of resources now; what is known no better stays. */
export async function describeResources(db: Database, resources: readonly ResourceDescription[]): Promise<void> {
  if (resources.length === 0) return;
  const rows = resources.map(({ gpu, tags, ...resource }) => ({
    ...resource,
    tags,
    gpuModel: gpu?.model ?? null,
    gpuShare: gpu?.share ?? null,
    gpuSharing: gpu?.sharing ?? null,
  }));
  await query(
    db,
    sql`INSERT INTO resource AS known (provider_name, resource_id, resource_name, resource_type, service_name, service_category,
                              region_id, sub_account_id, tags, gpu_model, gpu_share, gpu_sharing, first_seen_at, last_seen_at)
        SELECT seen."providerName", seen."resourceId", seen."resourceName", seen."resourceType", seen."serviceName",
               seen."serviceCategory", seen."regionId", seen."subAccountId", seen."tags", seen."gpuModel", seen."gpuShare",
               seen."gpuSharing", seen."firstSeenAt", seen."lastSeenAt"
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS seen (
               "providerName" text, "resourceId" text, "resourceName" text, "resourceType" text, "serviceName" text,
               "serviceCategory" text, "regionId" text, "subAccountId" text, "tags" jsonb, "gpuModel" text,
               "gpuShare" double precision, "gpuSharing" text, "firstSeenAt" timestamptz, "lastSeenAt" timestamptz)
        ON CONFLICT (provider_name, resource_id) DO UPDATE
           SET resource_name  = coalesce(excluded.resource_name, known.resource_name),
               resource_type  = coalesce(excluded.resource_type, known.resource_type),
               region_id      = coalesce(excluded.region_id, known.region_id),
               sub_account_id = coalesce(excluded.sub_account_id, known.sub_account_id),
               tags           = known.tags || excluded.tags,
               gpu_model      = coalesce(excluded.gpu_model, known.gpu_model),
               gpu_share      = coalesce(excluded.gpu_share, known.gpu_share),
               gpu_sharing    = coalesce(excluded.gpu_sharing, known.gpu_sharing),
               first_seen_at  = least(known.first_seen_at, excluded.first_seen_at),
               last_seen_at   = greatest(known.last_seen_at, excluded.last_seen_at)`,
  );
  const parts = rows.filter(({ parentResourceId }) => typeof parentResourceId === 'string');
  if (parts.length > 0) await placeParts(db, parts);
}

/** Notes what resources are parts of. @throws Error when that is not described */
async function placeParts(db: Database, parts: readonly Pick<ResourceDescription, 'providerName' | 'resourceId' | 'parentResourceId'>[]): Promise<void> {
  const orphans = await query<{ resourceId: string; parentResourceId: string }>(
    db,
    sql`WITH part AS MATERIALIZED (
          SELECT seen."resourceId", seen."parentResourceId", resource.id, parent.id AS parent_id
            FROM jsonb_to_recordset(${JSON.stringify(parts)}::jsonb) AS seen ("providerName" text, "resourceId" text, "parentResourceId" text)
            JOIN resource ON resource.provider_name = seen."providerName" AND resource.resource_id = seen."resourceId"
            LEFT JOIN resource AS parent ON parent.provider_name = seen."providerName" AND parent.resource_id = seen."parentResourceId"
                                        AND parent.id <> resource.id),
        placed AS (
          UPDATE resource SET parent_id = part.parent_id FROM part
           WHERE resource.id = part.id AND resource.parent_id IS DISTINCT FROM part.parent_id)
        SELECT part."resourceId", part."parentResourceId" FROM part WHERE part.parent_id IS NULL`,
  );
  if (orphans[0]) throw new Error(`resource "${orphans[0].resourceId}" is a part of "${orphans[0].parentResourceId}", which is not described`);
}

/** The narrowest scope that a row of `resource` lies in: it is within another scope when that one contains this. */
export const narrowestScope = sql`
  jsonb_build_object(
    'providerNames',     jsonb_build_array(resource.provider_name),
    'subAccountIds',     CASE WHEN resource.sub_account_id IS NULL THEN '[]' ELSE jsonb_build_array(resource.sub_account_id) END,
    'serviceNames',      jsonb_build_array(resource.service_name),
    'serviceCategories', jsonb_build_array(resource.service_category),
    'tags',              (SELECT coalesce(jsonb_agg(jsonb_build_object('key', tag.key, 'values', jsonb_build_array(tag.value))), '[]')
                            FROM jsonb_each_text(resource.tags) AS tag))`;

export async function scopeOfResource(db: Database, key: string): Promise<Scope> {
  const { scope } = await queryOne<{ scope: Scope }>(db, sql`SELECT ${narrowestScope} AS "scope" FROM resource WHERE resource.id = ${key}`);
  return scope;
}
