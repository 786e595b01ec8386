import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { CurrentViewer, RequestLoaders, type Viewer } from '../access/index.js';
import { checkPeriod, Granularity, InvalidInput, keyOf, load, PeriodInput, type Loaders } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { UsageMetric, usageUnits } from './usage-metric.js';
import { UsageSeries, UsageStatistic } from './usage.graphql.js';
import { usagePoints } from './usage.queries.js';

const stepMs: Record<Granularity, number> = {
  [Granularity.HOUR]: 3_600_000,
  [Granularity.DAY]: 86_400_000,
  [Granularity.MONTH]: 28 * 86_400_000,
};
const mostPoints = 20_000;

@Resolver(() => Resource)
export class UsageResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => UsageSeries, { description: 'What was observed over a period.' })
  async usage(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { id }: Resource,
    @Args('metric', { type: () => UsageMetric }) metric: UsageMetric,
    @Args('period') period: PeriodInput,
    @Args('statistic', { type: () => UsageStatistic, defaultValue: UsageStatistic.MEAN }) statistic: UsageStatistic,
    @Args('granularity', { type: () => Granularity, defaultValue: Granularity.HOUR }) granularity: Granularity,
  ): Promise<UsageSeries> {
    checkPeriod(period);
    const points = (period.end.getTime() - period.start.getTime()) / stepMs[granularity];
    if (points > mostPoints) {
      throw new InvalidInput(
        `period has ${Math.ceil(points)} steps of one ${granularity.toLowerCase()}, and at most ${mostPoints} are given: ask for a shorter one or a coarser granularity`,
        ['period'],
      );
    }
    const args = { metric, period, statistic, granularity };
    const found = await load(
      loaders,
      `usage ${JSON.stringify(args)}`,
      id,
      (ids) => usagePoints(this.db, viewer, ids.map((one) => keyOf('Resource', one)), args),
      ({ resourceId }) => resourceId,
    );
    return { metric, statistic, granularity, unit: usageUnits[metric], points: found?.points ?? [] };
  }
}
