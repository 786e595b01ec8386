/** A query that the page for people opens with. */
export interface ExampleQuery {
  query: string;
  variables: Record<string, unknown>;
}

/** The questions people come with, ready to run, each in a tab named for its operation. */
export function exampleQueries(today: Date): ExampleQuery[] {
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  // Date.UTC takes the month after December, and the days before the first, for what they are.
  const midnightOf = (...date: [number, number, number]) => new Date(Date.UTC(...date)).toISOString().replace('.000Z', 'Z');
  return [
    { query: whatRunsOut, variables: { withinDays: 30 } },
    { query: budgets, variables: {} },
    { query: costByService, variables: { period: { start: midnightOf(year, month - 1, 1), end: midnightOf(year, month + 1, 1) } } },
    { query: gpuDemand, variables: { name: 'h100', period: { start: midnightOf(year, month, day - 30), end: midnightOf(year, month, day) } } },
  ];
}

const whatRunsOut = `# Which GPU pools and volumes run out, soonest first.
# Plan for p10At: in one future of ten, it is by then.
query WhatRunsOut($withinDays: Int!) {
  exhaustions(first: 20) {
    nodes {
      resource {
        resourceName
        providerName
        regionId
      }
      metric
      capacity {
        limit { value unit }
        headroom
        leadTimeDays
      }
      p10At
      p50At
      orderBy
      probability(withinDays: $withinDays)
      unitsNeeded
      costOfUnitsNeeded { amount currency }
    }
  }
}
`;

const budgets = `# What was charged so far, and where each budget's
# period is likely to end.
query Budgets {
  budgets(first: 50) {
    nodes {
      name
      period { start end }
      amount { amount currency }
      actual { amount currency }
      forecastTotal { mean lower upper level }
      overrunProbability
      status
    }
  }
}
`;

const costByService = `# What each service cost last month and this month.
query CostByService($period: PeriodInput!) {
  costReport(
    filter: { period: $period }
    groupBy: [{ dimension: SERVICE }]
    granularity: MONTH
  ) {
    asOf
    settled
    groups {
      key
      total { amount currency }
      points {
        period { start }
        cost { amount }
      }
    }
  }
}
`;

const gpuDemand = `# How many GPUs a pool was asked for each day, and
# will be asked for.
query GpuDemand($name: String!, $period: PeriodInput!) {
  resources(filter: { nameContains: $name }, first: 1) {
    nodes {
      resourceName
      gpu { model sharing }
      capacities {
        metric
        limit { value unit }
      }
      usage(
        metric: GPU_REQUESTED
        period: $period
        statistic: MAXIMUM
        granularity: DAY
      ) {
        unit
        points {
          period { start }
          value
        }
      }
      forecast(metric: GPU_REQUESTED) {
        unit
        models { model weight }
        points {
          period { start }
          mean
          intervals { level lower upper }
        }
      }
    }
  }
}
`;
