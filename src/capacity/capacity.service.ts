import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { requireRole, Role, type Viewer } from '../access/index.js';
import { Clock, InvalidInput, keyOf, NotFound } from '../platform/index.js';
import { resourcesById } from '../resources/index.js';
import type { UsageMetric } from '../usage/index.js';
import { capacitiesById, hasLimit, upsertCapacity, type CapacityRow } from './capacity.queries.js';
import type { CapacitySetInput } from './capacity.graphql.js';
import { exhaustionOf } from './exhaustion.js';
import { forecastsWithLimits, forgetOthers, noteFirst, storeExhaustions } from './exhaustion.queries.js';

@Injectable()
export class CapacityService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Declares a capacity from a date on, and works out anew when it is passed. @throws DomainError */
  async set(viewer: Viewer, input: CapacitySetInput): Promise<CapacityRow> {
    requireRole(viewer, Role.SRE);
    const resourceKey = keyOf('Resource', input.resourceId, ['resourceId']);
    const refuse = (field: string, needs: string, got: number | string) => {
      throw new InvalidInput(`${field} needs ${needs}, got ${got}`, [field]);
    };
    if (typeof input.limit === 'number' && !(input.limit >= 0)) refuse('limit', 'a number of 0 or more', input.limit);
    if (!(input.headroom >= 0 && input.headroom < 1)) refuse('headroom', 'a fraction from 0 to below 1', input.headroom);
    if (!(input.leadTimeDays >= 0 && input.leadTimeDays <= 3_650)) refuse('leadTimeDays', 'days from 0 to 3650', input.leadTimeDays);
    const price = input.unitCostPerMonth;
    if (price && Number(price.amount) < 0) refuse('unitCostPerMonth', 'an amount of 0 or more', price.amount);
    const [resource] = await resourcesById(this.database, viewer, [resourceKey]);
    if (!resource) throw new NotFound(input.resourceId, ['resourceId']);
    if (typeof input.limit !== 'number' && !(await hasLimit(this.database, resourceKey, input.metric, input.effectiveFrom))) {
      refuse('limit', `a number, as no source has seen a limit of ${input.metric}`, 'none');
    }

    const id = await upsertCapacity(this.database, resourceKey, input);
    await this.findExhaustions(viewer, { resourceKey, metric: input.metric });
    const [capacity] = await capacitiesById(this.database, viewer, [id]);
    return capacity!;
  }

  /** Works out when each limit is passed, from the latest forecasts. */
  async findExhaustions(viewer: Viewer, only?: { resourceKey: string; metric: UsageMetric }): Promise<number> {
    const forecasts = await forecastsWithLimits(this.database, viewer, only);
    const now = this.clock.now();
    const outcomes = forecasts.map((forecast) => exhaustionOf(forecast, now));
    if (!only && viewer.scope === null) await forgetOthers(this.database, outcomes);
    if (outcomes.length > 0) await storeExhaustions(this.database, outcomes);
    await noteFirst(this.database, only?.resourceKey);
    return forecasts.length;
  }
}
