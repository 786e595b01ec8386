import { toScope, type Viewer } from '../access/index.js';
import { checkPeriod, InvalidInput, type Database } from '../platform/index.js';
import type { ChargeSelection } from './charges-in-force.js';
import type { CostFilter, CostMetric, CostVariance } from './cost.graphql.js';
import { needsExchangeRate } from './cost-report.queries.js';
import { costVariances } from './cost-variance.queries.js';

/**
 * Why what is compared cost more or less than the base; null when nothing was charged in either.
 *
 * @throws InvalidInput where charges are in several currencies, or not in the one that is named
 */
export async function costVariance(
  db: Database,
  viewer: Viewer,
  { base, compared, metric, currency }: { base: CostFilter; compared: CostFilter; metric: CostMetric; currency?: string | null | undefined },
): Promise<CostVariance | null> {
  const rows = await costVariances(db, viewer, selectionOf(base, 'base'), selectionOf(compared, 'compared'), metric);
  const foreign = currency && rows.find((row) => row.currency !== currency);
  if (foreign) throw needsExchangeRate(currency, foreign.currency, foreign.firstAt);
  if (rows.length > 1) {
    throw new InvalidInput(`charges of these are in ${rows.map((row) => row.currency).join(' and ')}, which are never added: narrow the scopes to one currency`, ['currency']);
  }
  return rows[0] ? { metric, ...rows[0] } : null;
}

function selectionOf({ period, scope, chargeCategories }: CostFilter, side: string): ChargeSelection {
  return { ...checkPeriod(period, [side, 'period']), scope: toScope(scope), chargeCategories: chargeCategories ?? null };
}
