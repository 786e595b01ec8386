import sql, { empty, join, raw, type Sql } from 'sql-template-tag';

/** A tag key and the values it may have; no values is any value. */
export interface TagSelection {
  key: string;
  values: string[];
}

/**
 * Which charges and resources something is about. Fields combine with AND, values with OR; an
 * empty list is no restriction.
 */
export interface Scope {
  providerNames: string[];
  subAccountIds: string[];
  serviceNames: string[];
  serviceCategories: string[];
  tags: TagSelection[];
}

export const everything: Scope = {
  providerNames: [],
  subAccountIds: [],
  serviceNames: [],
  serviceCategories: [],
  tags: [],
};

/** The columns that charges and resources share, by the field of a scope that restricts them. */
const columns = {
  providerNames: 'provider_name',
  subAccountIds: 'sub_account_id',
  serviceNames: 'service_name',
  serviceCategories: 'service_category',
} as const satisfies Partial<Record<keyof Scope, string>>;
const lists = Object.keys(columns) as (keyof typeof columns)[];

/**
 * ` AND …` for the rows of a table that lie within all of these scopes; null is everything.
 *
 * @param table the name or alias of a table with the columns of a scope: a charge or a resource
 */
export function withinScopes(table: string, ...scopes: (Scope | null)[]): Sql {
  const conditions = scopes.flatMap((scope) => (scope ? conditionsOf(raw(table), scope) : []));
  return conditions.length === 0 ? empty : sql` AND ${join(conditions, ' AND ')}`;
}

function conditionsOf(table: Sql, scope: Scope): Sql[] {
  return [
    ...lists
      .filter((list) => scope[list].length > 0)
      .map((list) => sql`${table}.${raw(columns[list])} = ANY(${scope[list]})`),
    ...scope.tags.map(({ key, values }) =>
      values.length > 0
        ? sql`${table}.tags ->> ${key} = ANY(${values})`
        : sql`${table}.tags ? ${key}`,
    ),
  ];
}

/**
 * ` AND …` for rows of a table that belong to a scope kept as JSON in one of its columns: the
 * condition is the row's own, so that one statement serves many budgets.
 *
 * @param table the charge, by its name or alias
 * @param scopeColumn the column that holds the scope, qualified
 */
export function withinStoredScope(table: string, scopeColumn: string): Sql {
  const charge = raw(table);
  const scope = raw(scopeColumn);
  const listConditions = lists.map(
    (list) =>
      sql`(${scope} -> ${raw(`'${list}'`)} = '[]' OR ${scope} -> ${raw(`'${list}'`)} ? ${charge}.${raw(columns[list])})`,
  );
  return sql` AND ${join(listConditions, ' AND ')}
    AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(${scope} -> 'tags') AS selection
       WHERE NOT coalesce(${charge}.tags ? (selection ->> 'key')
                          AND (selection -> 'values' = '[]'
                               OR selection -> 'values' ? (${charge}.tags ->> (selection ->> 'key'))), false))`;
}

/** ` AND …` for rows whose stored scope lies wholly within a viewer's: no narrower claim would do. */
export function storedScopeWithin(scopeColumn: string, scope: Scope | null): Sql {
  if (!scope) return empty;
  const stored = raw(scopeColumn);
  const conditions = [
    ...lists
      .filter((list) => scope[list].length > 0)
      .map((list) => {
        const inner = sql`${stored} -> ${raw(`'${list}'`)}`;
        return sql`(${inner} <> '[]' AND ${inner} <@ ${JSON.stringify(scope[list])}::jsonb)`;
      }),
    ...scope.tags.map(
      ({ key, values }) => sql`EXISTS (
        SELECT FROM jsonb_array_elements(${stored} -> 'tags') AS selection
         WHERE selection ->> 'key' = ${key}
           AND (${values.length === 0}
                OR (selection -> 'values' <> '[]' AND selection -> 'values' <@ ${JSON.stringify(values)}::jsonb)))`,
    ),
  ];
  return conditions.length === 0 ? empty : sql` AND ${join(conditions, ' AND ')}`;
}

/** Whether all that lies in `inner` lies in `outer` too; null is everything. */
export function contains(outer: Scope | null, inner: Scope): boolean {
  if (!outer) return true;
  const covered = (allowed: string[], asked: string[]) =>
    allowed.length === 0 || (asked.length > 0 && asked.every((value) => allowed.includes(value)));
  return (
    lists.every((list) => covered(outer[list], inner[list])) &&
    outer.tags.every(({ key, values }) =>
      inner.tags.some((selection) => selection.key === key && covered(values, selection.values)),
    )
  );
}
