import sql, { empty } from 'sql-template-tag';
import { storedScopeWithin, withinScopes, withinStoredScope, type Scope, type Viewer } from '../access/index.js';
import { cursorKey, pageLimit, query, queryOne, type Database, type PageArgs } from '../platform/index.js';
import type { Adjustment } from './adjustment.js';

export interface ScenarioRow {
  id: string;
  name: string;
  author: string;
  scope: Scope;
  adjustments: Adjustment[];
  createdAt: Date;
  updatedAt: Date;
  cursorKey: string[];
}

const selection = sql`
  'Scenario:' || scenario.id AS "id", scenario.name, scenario.author, scenario.scope, scenario.adjustments,
  scenario.created_at AS "createdAt", scenario.updated_at AS "updatedAt", jsonb_build_array(scenario.name, scenario.id::text) AS "cursorKey"`;

export function scenariosById(db: Database, viewer: Viewer, keys: string[]): Promise<ScenarioRow[]> {
  return query(db, sql`SELECT ${selection} FROM scenario WHERE scenario.id = ANY(${keys}::uuid[])${storedScopeWithin('scenario.scope', viewer.scope)}`);
}

/** One page, by name. */
export function scenarioPage(db: Database, viewer: Viewer, page: PageArgs): Promise<ScenarioRow[]> {
  const after = cursorKey(page, ['text', 'uuid']);
  return query(
    db,
    sql`SELECT ${selection} FROM scenario
         WHERE true${storedScopeWithin('scenario.scope', viewer.scope)}${after ? sql` AND (scenario.name, scenario.id) > (${after[0]}, ${after[1]}::uuid)` : empty}
         ORDER BY scenario.name, scenario.id
         LIMIT ${pageLimit(page)}`,
  );
}

export async function hasScenarioNamed(db: Database, name: string, exceptKey: string | null): Promise<boolean> {
  const { exists } = await queryOne<{ exists: boolean }>(
    db,
    sql`SELECT EXISTS (SELECT FROM scenario WHERE scenario.name = ${name} AND scenario.id IS DISTINCT FROM ${exceptKey}::uuid) AS "exists"`,
  );
  return exists;
}

export async function insertScenario(db: Database, { name, author, scope, adjustments }: Pick<ScenarioRow, 'name' | 'author' | 'scope' | 'adjustments'>, now: Date): Promise<string> {
  const { id } = await queryOne<{ id: string }>(
    db,
    sql`INSERT INTO scenario (name, author, scope, adjustments, created_at, updated_at)
        VALUES (${name}, ${author}, ${JSON.stringify(scope)}::jsonb, ${JSON.stringify(adjustments)}::jsonb, ${now}, ${now}) RETURNING id`,
  );
  return id;
}

export async function updateScenario(db: Database, key: string, { name, author, adjustments }: Pick<ScenarioRow, 'name' | 'author' | 'adjustments'>, now: Date): Promise<void> {
  await query(
    db,
    sql`UPDATE scenario SET name = ${name}, author = ${author}, adjustments = ${JSON.stringify(adjustments)}::jsonb, updated_at = ${now} WHERE scenario.id = ${key}`,
  );
}

export async function deleteScenario(db: Database, key: string): Promise<void> {
  await query(db, sql`DELETE FROM scenario WHERE scenario.id = ${key}`);
}

/** Of which resources an adjustment is, and in which scopes those lie. */
export interface AdjustedResources {
  /** The adjustment's place among those that were asked about. */
  index: number;
  resourceKeys: string[];
}

/** The resources of each adjustment, within the scope of its scenario. */
export function adjustedResources(db: Database, viewer: Viewer, scope: Scope, adjustments: readonly Adjustment[]): Promise<AdjustedResources[]> {
  const wanted = adjustments.map((adjustment, index) => ({
    index,
    scope: adjustment.scope,
    keys: adjustment.resourceIds.map((id) => id.slice('Resource:'.length)),
    models: adjustment.gpuModels,
  }));
  return query(
    db,
    sql`SELECT wanted.index, array_agg(resource.id::text ORDER BY resource.id) AS "resourceKeys"
          FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS wanted (index int, scope jsonb, keys text[], models text[])
          JOIN resource ON (cardinality(wanted.keys) = 0 OR resource.id::text = ANY(wanted.keys))
                       AND (cardinality(wanted.models) = 0 OR resource.gpu_model = ANY(wanted.models))${withinStoredScope('resource', 'wanted.scope')}
         WHERE true${withinScopes('resource', viewer.scope, scope)}
         GROUP BY wanted.index`,
  );
}
