import sql, { raw, type Sql } from 'sql-template-tag';
import type { PeriodInput } from '../platform/index.js';

/** Days are counted from a midnight, UTC: date_trunc says the same, and takes five times as long. */
const midnight = sql`timestamptz '2000-01-01T00:00:00Z'`;

/** To the millionth, so that the order in which floating-point numbers are added up shows in no cent. */
const hours = (value: string): Sql => raw(`round((${value})::numeric, 6)`);

/**
 * `part`: the GPU-hours of each charged resource (`charged`) day by day, by who had them. They add up to its size times the hours of the day,
 * as far as its size is known.
 *
 * - `HELD` by a share, or by a total where there are no shares in what is charged for. Of a share with observed shares of its own
 *   it is the rest. More than there is, of a host or of all, is scaled down to what there is, hour by hour.
 * - `UNATTRIBUTED`: what totals say is allocated, beyond what the shares have.
 * - `UNOBSERVED`: hours, and parts of them, of which nothing is known.
 * - `IDLE`: what is left.
 *
 * Needs `gpuFleet` and `accruedCosts`.
 */
export function gpuHours({ start, end }: PeriodInput): Sql {
  return sql`
  charged AS MATERIALIZED (
    SELECT DISTINCT accrued.charged_id AS id FROM accrued
  ), total_below AS MATERIALIZED (
    SELECT DISTINCT line.whole_id AS id
      FROM line JOIN observer AS part ON part.id = line.part_id AND part.is_total
     WHERE line.distance > 0
  ), total_above AS MATERIALIZED (
    SELECT DISTINCT within.whole_id AS charged_id, line.part_id AS id
      FROM line
      JOIN observer AS whole ON whole.id = line.whole_id AND whole.is_total
      JOIN line AS within ON within.part_id = whole.id
      JOIN charged ON charged.id = within.whole_id
     WHERE line.distance > 0
  ), member AS MATERIALIZED (
    SELECT charged.id AS charged_id, observer.id, observer.anchor_id,
           observer.is_total AND below.id IS NULL AS is_lowest,
           observer.is_total AND above.id IS NULL AS is_highest,
           CASE WHEN observer.is_total THEN below.id IS NULL AND bool_and(observer.is_total) OVER (PARTITION BY charged.id) ELSE true END AS is_holder
      FROM charged
      JOIN line ON line.whole_id = charged.id
      JOIN observer ON observer.id = line.part_id
      LEFT JOIN total_below AS below ON below.id = observer.id
      LEFT JOIN total_above AS above ON above.id = observer.id AND above.charged_id = charged.id
  ), seen AS MATERIALIZED (
    SELECT observer.id, hour.hour_start AS hour, hour.mean * hour.coverage AS gpu_hours, hour.coverage
      FROM observer
      JOIN usage_hour AS hour ON hour.series_id = observer.series_id
     WHERE hour.hour_start >= ${start} AND hour.hour_start < ${end}
       AND observer.id IN (SELECT member.id FROM member)
  ), nested AS MATERIALIZED (
    SELECT DISTINCT ON (line.part_id) line.part_id AS id, line.whole_id AS whole_id
      FROM line
      JOIN observer AS part ON part.id = line.part_id AND NOT part.is_total
      JOIN observer AS whole ON whole.id = line.whole_id AND NOT whole.is_total
     WHERE line.distance > 0
     ORDER BY line.part_id, line.distance
  ), given_on AS MATERIALIZED (
    SELECT nested.whole_id AS id, seen.hour, sum(seen.gpu_hours) AS gpu_hours
      FROM seen JOIN nested ON nested.id = seen.id
     GROUP BY 1, 2
  ), had AS MATERIALIZED (
    SELECT seen.id, seen.hour, seen.coverage, seen.gpu_hours AS observed, greatest(0, seen.gpu_hours - coalesce(given_on.gpu_hours, 0)) AS gpu_hours
      FROM seen LEFT JOIN given_on ON given_on.id = seen.id AND given_on.hour = seen.hour
  ), anchored AS MATERIALIZED (
    SELECT member.charged_id, member.anchor_id, had.hour, max(had.coverage) AS coverage,
           coalesce(sum(had.gpu_hours) FILTER (WHERE member.is_holder), 0) AS gpu_hours,
           coalesce(sum(had.observed) FILTER (WHERE member.is_lowest), 0) AS lowest,
           coalesce(sum(had.observed) FILTER (WHERE member.is_highest), 0) AS highest
      FROM member JOIN had ON had.id = member.id
     GROUP BY 1, 2, 3
  ), size_day AS MATERIALIZED (
    SELECT host.id AS host_id, day.at AS day, greatest(step.from_at, day.at) AS from_at,
           least(step.until_at, day.at + interval '1 day') AS until_at, step.gpus
      FROM host
      JOIN size_step AS step ON step.id = host.id AND step.from_at < ${end} AND step.until_at > ${start}
      CROSS JOIN LATERAL generate_series(
        greatest(date_bin('1 day', step.from_at, ${midnight}), ${start}),
        least(step.until_at, ${end}) - interval '1 microsecond', interval '1 day') AS day (at)
  ), host_hour AS MATERIALIZED (
    SELECT known.charged_id, known.host_id, known.hour, coalesce(size_day.gpus * known.coverage, 0) AS size, known.gpu_hours
      FROM (SELECT anchored.charged_id, housing.host_id, anchored.hour, max(anchored.coverage) AS coverage,
                   coalesce(sum(anchored.gpu_hours) FILTER (WHERE anchored.anchor_id = housing.host_id), 0) AS gpu_hours
              FROM anchored JOIN housing ON housing.id = anchored.anchor_id
              JOIN line ON line.part_id = housing.host_id AND line.whole_id = anchored.charged_id
             GROUP BY 1, 2, 3) AS known
      -- A host whose size nobody knows at the time has nothing to be divided.
      LEFT JOIN size_day ON size_day.host_id = known.host_id AND size_day.day = date_bin('1 day', known.hour, ${midnight})
                   AND known.hour >= size_day.from_at AND known.hour < size_day.until_at
  ), overfull AS MATERIALIZED (
    SELECT host_hour.charged_id, host_hour.host_id, host_hour.hour, host_hour.size / host_hour.gpu_hours AS scale
      FROM host_hour WHERE host_hour.gpu_hours > host_hour.size
  ), charged_hour AS MATERIALIZED (
    SELECT observed.charged_id, observed.hour, coalesce(known.size, 0) AS size, observed.unplaced + coalesce(known.gpu_hours, 0) AS gpu_hours, observed.allocated
      FROM (SELECT anchored.charged_id, anchored.hour,
                   coalesce(sum(anchored.gpu_hours) FILTER (WHERE anchored.anchor_id IS NULL OR anchored.anchor_id NOT IN (SELECT host.id FROM host)), 0) AS unplaced,
                   greatest(sum(anchored.lowest), sum(anchored.highest)) - sum(anchored.gpu_hours) AS allocated
              FROM anchored GROUP BY 1, 2) AS observed
      LEFT JOIN (SELECT host_hour.charged_id, host_hour.hour, sum(host_hour.size) AS size, sum(least(host_hour.gpu_hours, host_hour.size)) AS gpu_hours
                   FROM host_hour GROUP BY 1, 2) AS known ON known.charged_id = observed.charged_id AND known.hour = observed.hour
  ), divided AS MATERIALIZED (
    SELECT hour.charged_id, hour.hour, hour.size, full_hour.scale, full_hour.scale * hour.gpu_hours AS held,
           least(hour.size - full_hour.scale * hour.gpu_hours, greatest(0, hour.allocated)) AS unattributed
      FROM charged_hour AS hour
      CROSS JOIN LATERAL (SELECT CASE WHEN hour.gpu_hours > hour.size THEN hour.size / hour.gpu_hours ELSE 1 END AS scale) AS full_hour
  ), divided_day AS MATERIALIZED (
    SELECT divided.charged_id, date_bin('1 day', divided.hour, ${midnight}) AS day, sum(divided.size) AS size,
           sum(divided.size - divided.held - divided.unattributed) AS idle, sum(divided.unattributed) AS unattributed
      FROM divided GROUP BY 1, 2
  ), size_hours AS MATERIALIZED (
    SELECT line.whole_id AS charged_id, size_day.day, sum(size_day.gpus * extract(epoch FROM size_day.until_at - size_day.from_at)::float8 / 3600) AS size
      FROM size_day
      JOIN line ON line.part_id = size_day.host_id
      JOIN charged ON charged.id = line.whole_id
     GROUP BY 1, 2
  ), part AS MATERIALIZED (
    SELECT found.charged_id, found.day, found.kind, found.holder_id, found.gpu_hours
      FROM (SELECT member.charged_id, date_bin('1 day', had.hour, ${midnight}) AS day, 'HELD' AS kind, member.id AS holder_id,
                   ${hours('sum(had.gpu_hours * divided.scale * coalesce(overfull.scale, 1))')} AS gpu_hours
              FROM member
              JOIN had ON had.id = member.id
              JOIN divided ON divided.charged_id = member.charged_id AND divided.hour = had.hour
              LEFT JOIN overfull ON overfull.charged_id = member.charged_id AND overfull.host_id = member.anchor_id AND overfull.hour = had.hour
             WHERE member.is_holder
             GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT day.charged_id, day.day, 'UNATTRIBUTED', NULL, ${hours('day.unattributed')} FROM divided_day AS day
            UNION ALL
            SELECT day.charged_id, day.day, 'IDLE', NULL, ${hours('day.idle')} FROM divided_day AS day
            UNION ALL
            SELECT whole.charged_id, whole.day, 'UNOBSERVED', NULL, ${hours('whole.size - coalesce(day.size, 0)')}
              FROM size_hours AS whole LEFT JOIN divided_day AS day ON day.charged_id = whole.charged_id AND day.day = whole.day) AS found
     WHERE found.gpu_hours > 0
  )`;
}
