import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { models } from '../../forecasts/index.js';
import { CostScopeInput, CurrentViewer, everything, RequestLoaders, toScope, type Viewer } from '../access/index.js';
import { CostMetric } from '../costs/index.js';
import { CurrencyCodeScalar, found, keyOf, load, NodeTypes, PluginKind, Plugins, type Loaders } from '../platform/index.js';
import { Resource } from '../resources/index.js';
import { UsageMetric } from '../usage/index.js';
import { Forecast, ForecastPoint } from './forecast.graphql.js';
import { forecastPoints, forecastsById, latestUsageForecasts, type ForecastRow } from './forecast.queries.js';
import { Forecaster } from './forecaster.js';

/** A version by its id in the API, together with all the others of this request. */
export function loadForecast(db: DataSource, loaders: Loaders, viewer: Viewer, id: string): Promise<ForecastRow | null> {
  return load(
    loaders,
    'forecast',
    id,
    (ids) => forecastsById(db, viewer, ids.map((one) => keyOf('Forecast', one))),
    (row) => row.id,
  );
}

@Resolver(() => Forecast)
export class ForecastsResolver {
  constructor(
    private readonly db: DataSource,
    private readonly forecaster: Forecaster,
    nodes: NodeTypes,
    plugins: Plugins,
  ) {
    nodes.register<Viewer>('Forecast', async (viewer, id) => (await forecastsById(db, viewer, [keyOf('Forecast', id)]))[0] as Forecast | undefined);
    plugins.register(PluginKind.FORECAST_MODEL, models);
  }

  @Query(() => Forecast, { nullable: true, description: 'One version, as it was frozen. Refused with NOT_FOUND when you may see none that has this id.' })
  async forecast(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string) {
    const [forecast] = await forecastsById(this.db, viewer, [keyOf('Forecast', id, ['id'])]);
    return found(forecast, id);
  }

  @Query(() => Forecast, {
    nullable: true,
    description: 'Cost of any scope, forecast from its settled days. Without a scope, of everything you may see.',
  })
  async costForecast(
    @CurrentViewer() viewer: Viewer,
    @Args('scope', { type: () => CostScopeInput, nullable: true, description: 'Everything you may see when left out.' }) scope: CostScopeInput | undefined,
    @Args('horizonDays', {
      type: () => Int,
      defaultValue: 90,
      description: 'Days ahead, at least: a version of the same data that looks further is given as it is.',
    })
    horizonDays: number,
    @Args('metric', { type: () => CostMetric, defaultValue: CostMetric.EFFECTIVE_COST }) metric: CostMetric,
    @Args('currency', {
      type: () => CurrencyCodeScalar,
      nullable: true,
      description: 'Needed where charges are in several: they are never added.',
    })
    currency?: string,
  ) {
    const wanted = scope ? toScope(scope) : (viewer.scope ?? everything);
    const { id } = await this.forecaster.forecastCost(viewer, { scope: wanted, metric, currency, horizonDays });
    const [forecast] = await forecastsById(this.db, viewer, [id]);
    return forecast ?? null;
  }

  @ResolveField(() => [ForecastPoint])
  async points(@RequestLoaders() loaders: Loaders, @Parent() { id }: Forecast): Promise<ForecastPoint[]> {
    const found = await load(
      loaders,
      'forecastPoints',
      id,
      (ids) => forecastPoints(this.db, ids.map((one) => keyOf('Forecast', one))),
      (row) => row.id,
    );
    return found?.points ?? [];
  }
}

@Resolver(() => Resource)
export class ResourceForecastResolver {
  constructor(private readonly db: DataSource) {}

  @ResolveField(() => Forecast, {
    nullable: true,
    description: 'Latest usage forecast. Null until there is enough history.',
  })
  forecast(
    @CurrentViewer() viewer: Viewer,
    @RequestLoaders() loaders: Loaders,
    @Parent() { id }: Resource,
    @Args('metric', { type: () => UsageMetric }) metric: UsageMetric,
  ): Promise<ForecastRow | null> {
    return load(
      loaders,
      `usageForecast ${metric}`,
      id,
      (ids) => latestUsageForecasts(this.db, viewer, ids.map((one) => keyOf('Resource', one)), metric),
      ({ resourceId }) => resourceId!,
    );
  }
}
