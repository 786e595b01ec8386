import type { PoolReading } from '../capacity/index.js';
import { toSeconds, type Subjects } from './exposition.js';

/** How far ahead chances and demand are told: a week, a month and a quarter. */
export const daysAhead = [7, 30, 90] as const;

/** What there is to say of a metric of a resource that has a limit and a forecast. */
export const pools: Subjects<PoolReading> = {
  kind: 'pools',
  labelNames: ['provider', 'resource_id', 'resource', 'metric'],
  labelsOf: ({ providerName, resourceId, resourceName, metric }) => ({ provider: providerName, resource_id: resourceId, resource: resourceName, metric }),
  families: [
    {
      name: 'headroom_exhaustion_timestamp_seconds',
      help: 'When demand has passed the usable limit with this probability. No series where that is not within the horizon.',
      labelNames: ['probability'],
      values: ({ p10At, p50At, p90At }) => [
        [toSeconds(p10At), { probability: '0.1' }],
        [toSeconds(p50At), { probability: '0.5' }],
        [toSeconds(p90At), { probability: '0.9' }],
      ],
    },
    {
      name: 'headroom_exhaustion_probability',
      help: 'Chance that demand passes the usable limit within so many days, 0 to 1.',
      labelNames: ['within_days'],
      values: ({ ahead }) => ahead.map(({ days, probability }) => [probability, { within_days: String(days) }]),
    },
    {
      name: 'headroom_order_by_timestamp_seconds',
      help: 'When to order: the date of probability 0.1 less the lead time. In the past it means late.',
      values: ({ orderBy }) => [[toSeconds(orderBy)]],
    },
    {
      name: 'headroom_units_needed',
      help: 'Units to order, now or by the date to order by, so that the chance of running out stays under 10 % until more could arrive.',
      labelNames: ['unit'],
      values: ({ unitsNeeded, unit }) => [[unitsNeeded, { unit }]],
    },
    {
      name: 'headroom_demand_forecast',
      help: 'Expected demand of the day that lies so many days ahead.',
      labelNames: ['unit', 'days_ahead'],
      values: ({ ahead, unit }) => ahead.map(({ days, demand }) => [demand, { unit, days_ahead: String(days) }]),
    },
    {
      name: 'headroom_demand_forecast_upper',
      help: 'Demand of the day that lies so many days ahead is above this in one future of ten.',
      labelNames: ['unit', 'days_ahead'],
      values: ({ ahead, unit }) => ahead.map(({ days, demandUpper }) => [demandUpper, { unit, days_ahead: String(days) }]),
    },
    {
      name: 'headroom_limit',
      help: 'The most there is, in force now.',
      labelNames: ['unit'],
      values: ({ limit, unit }) => [[limit, { unit }]],
    },
    {
      name: 'headroom_usable_limit',
      help: 'The limit less what is to be kept free: passing this is running out.',
      labelNames: ['unit'],
      values: ({ limit, headroom, unit }) => [[limit * (1 - headroom), { unit }]],
    },
    {
      name: 'headroom_observed_timestamp_seconds',
      help: 'When demand was last observed.',
      values: ({ observedAt }) => [[toSeconds(observedAt)]],
    },
    {
      name: 'headroom_forecast_origin_timestamp_seconds',
      help: 'End of the last day that the forecast learnt from.',
      values: ({ origin }) => [[toSeconds(origin)]],
    },
  ],
};
