import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { RequestLoaders } from '../access/index.js';
import { ForecastPoint } from '../forecasting/index.js';
import { load, type Loaders } from '../platform/index.js';
import { settledCosts, forecastUnitCost, longestUnitHorizon } from './unit-cost-forecast.js';
import { UnitCostSeries } from './unit-cost.graphql.js';
import type { UnitCostRow } from './unit-cost.queries.js';

@Resolver(() => UnitCostSeries)
export class UnitCostsResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => [ForecastPoint], {
    nullable: true,
    description: 'What one unit is expected to cost in the steps after the settled ones of the period, learnt from those. Null where they are too few.',
  })
  async forecast(
    @RequestLoaders() loaders: Loaders,
    @Parent() { points, granularity }: UnitCostRow,
    @Args('horizon', { type: () => Int, defaultValue: 30, description: `Steps ahead, 1 to ${longestUnitHorizon}.` }) horizon: number,
  ): Promise<ForecastPoint[] | null> {
    const currency = points.find(({ cost }) => cost !== null)?.cost?.currency;
    const settled = currency === undefined ? null : await load(loaders, 'costs settled', currency, () => settledCosts(this.db), (row) => row.currency);
    return settled && forecastUnitCost(points, granularity, settled.end, horizon);
  }
}
