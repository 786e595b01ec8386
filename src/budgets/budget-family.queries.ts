import sql from 'sql-template-tag';
import { contains, type Scope, type Viewer } from '../access/index.js';
import type { CostMetric } from '../costs/index.js';
import { DomainError, InvalidInput, NotFound, query, toId, type Database, type PeriodInput } from '../platform/index.js';
import type { BudgetDefinition } from './budget-definition.js';

/** A budget would be a part of itself. */
export class BudgetCycle extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['parentId'];
  constructor(name: string) {
    super(`budget "${name}" is a part of this one already, and so cannot be what it is a part of`);
  }
}

interface Relative {
  key: string;
  name: string;
  scope: Scope;
  metric: CostMetric;
  currency: string;
  period: { start: string; end: string };
  isParent: boolean;
  isPartOfIt: boolean;
}

/**
 * Refuses a budget that is no part of its parent, or that its own parts would not be parts of any more: the same cost and
 * currency, within its scope and its period. So who sees the whole sees every part, and the parts can be added up.
 *
 * @param key null for a new one
 * @throws NotFound, InvalidInput, BudgetCycle
 */
export async function checkFamily(db: Database, viewer: Viewer, key: string | null, definition: BudgetDefinition): Promise<void> {
  const { parentKey } = definition;
  if (parentKey === null && key === null) return;
  const relatives = await query<Relative>(
    db,
    sql`WITH RECURSIVE above AS (
          SELECT budget.id, budget.parent_id FROM budget WHERE budget.id = ${parentKey}::uuid
           UNION
          SELECT budget.id, budget.parent_id FROM budget JOIN above ON above.parent_id = budget.id
        )
        SELECT budget.id AS "key", budget.name, budget.scope, budget.metric, budget.currency, budget.id IS NOT DISTINCT FROM ${parentKey}::uuid AS "isParent",
               jsonb_build_object('start', budget.period_start, 'end', budget.period_end) AS "period",
               EXISTS (SELECT FROM above WHERE above.id = ${key}::uuid) AS "isPartOfIt"
          FROM budget
         WHERE budget.id = ${parentKey}::uuid OR budget.parent_id = ${key}::uuid
         ORDER BY budget.name, budget.id`,
  );
  const parent = relatives.find(({ isParent }) => isParent);
  if (parentKey !== null && (!parent || !contains(viewer.scope, parent.scope))) throw new NotFound(toId('Budget', parentKey), ['parentId']);
  if (parent?.isPartOfIt) throw new BudgetCycle(parent.name);
  const self = { ...definition, currency: definition.amount.currency };
  if (parent) refuseStranger(self, toPart(parent), `budget "${parent.name}"`);
  for (const child of relatives.filter((one) => one !== parent)) refuseStranger(toPart(child), self, `this budget, whose part "${child.name}" is`);
}

interface Part {
  scope: Scope;
  metric: CostMetric;
  currency: string;
  period: PeriodInput;
}

function toPart({ period, ...relative }: Relative): Part {
  return { ...relative, period: { start: new Date(period.start), end: new Date(period.end) } };
}

function refuseStranger(part: Part, whole: Part, of: string): void {
  const refuse = (what: string) => new InvalidInput(`${what} of ${of}`, ['parentId']);
  if (part.metric !== whole.metric) throw refuse(`a part needs the metric ${whole.metric}, as that is the one`);
  if (part.currency !== whole.currency) throw refuse(`a part needs the currency ${whole.currency}, as that is the one`);
  if (part.period.start < whole.period.start || part.period.end > whole.period.end) throw refuse('the period of a part needs to lie within the period');
  if (!contains(whole.scope, part.scope)) throw refuse('the scope of a part needs to lie within the scope');
}
