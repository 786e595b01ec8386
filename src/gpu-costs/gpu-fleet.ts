import { raw } from 'sql-template-tag';

/** More levels than this, of parts of parts, are a mistake in what was described. */
const mostLevels = 12;

/**
 * What GPUs there are, what is a part of what, and how many GPUs each part has: the first tables of a `WITH RECURSIVE`.
 *
 * - `gpu`: whatever is a GPU, a share of one or a pool of them, and whatever is counted in them.
 * - `line`: every one of those with all that it is a part of, itself included, at a distance of 0.
 * - `chargeable`: what a charge of GPUs may be for: those, and what a GPU is directly a part of.
 * - `size_step`: how many GPUs, by whole hours. What is allocated tells the hardware; what may be asked for, a quota, counts
 *   only where nothing else is known. A resource of the type `GPU` is one.
 * - `host`: what has a size, and no part with one. What is idle is idle there.
 * - `housing`: every host, with itself and with all that it is a part of.
 * - `observer`: every resource with a series of allocated GPUs. It is a total where it is, or holds, a host; else a share.
 *   Its anchor is the nearest housing: what it says of GPUs is said of the hosts in there.
 */
export const gpuFleet = raw(`
  gpu AS MATERIALIZED (
    SELECT resource.id FROM resource WHERE resource.gpu_model IS NOT NULL
    UNION
    SELECT series.resource_id FROM usage_series AS series WHERE series.metric = 'GPU_ALLOCATED'
    UNION
    SELECT step.resource_id FROM capacity_step AS step WHERE step.metric IN ('GPU_ALLOCATED', 'GPU_REQUESTED')
  ), lineage (part_id, whole_id, distance) AS (
    SELECT gpu.id, gpu.id, 0 FROM gpu
    UNION ALL
    SELECT lineage.part_id, resource.parent_id, lineage.distance + 1
      FROM lineage JOIN resource ON resource.id = lineage.whole_id
     WHERE resource.parent_id IS NOT NULL AND lineage.distance < ${mostLevels}
  ) CYCLE whole_id SET is_cycle USING path,
  line AS MATERIALIZED (
    SELECT lineage.part_id, lineage.whole_id, lineage.distance FROM lineage WHERE NOT lineage.is_cycle
  ), chargeable AS MATERIALIZED (
    SELECT gpu.id FROM gpu
    UNION
    SELECT resource.parent_id FROM resource WHERE resource.gpu_model IS NOT NULL AND resource.parent_id IS NOT NULL
  ), limit_step AS MATERIALIZED (
    SELECT step.resource_id AS id, step.metric, step.limit_value AS gpus, date_trunc('hour', step.effective_from, 'UTC') AS from_at,
           coalesce(lead(date_trunc('hour', step.effective_from, 'UTC'))
                      OVER (PARTITION BY step.resource_id, step.metric ORDER BY step.effective_from, NOT step.is_observed), 'infinity') AS until_at
      -- As they were stated: how many there are and how many may be asked for is one limit to capacity, and two things here.
      FROM (SELECT resource_id, metric, limit_value, effective_from, true AS is_observed FROM observed_limit
            UNION ALL
            SELECT resource_id, metric, limit_value, effective_from, false FROM capacity WHERE limit_value IS NOT NULL) AS step
     WHERE step.metric IN ('GPU_ALLOCATED', 'GPU_REQUESTED')
  ), hardware_step AS MATERIALIZED (
    SELECT step.id, step.gpus, step.from_at, step.until_at FROM limit_step AS step WHERE step.metric = 'GPU_ALLOCATED'
    UNION ALL
    SELECT resource.id, 1, date_trunc('hour', resource.first_seen_at, 'UTC'), 'infinity'
      FROM resource
     WHERE resource.gpu_model IS NOT NULL AND resource.resource_type = 'GPU'
       AND NOT EXISTS (SELECT FROM limit_step AS step WHERE step.id = resource.id AND step.metric = 'GPU_ALLOCATED')
  ), size_step AS MATERIALIZED (
    SELECT step.id, step.gpus, step.from_at, step.until_at FROM hardware_step AS step
    UNION ALL
    SELECT step.id, step.gpus, step.from_at, step.until_at
      FROM limit_step AS step
     WHERE step.metric = 'GPU_REQUESTED' AND step.id IN (SELECT chargeable.id FROM chargeable)
       AND step.id NOT IN (SELECT line.whole_id FROM line JOIN hardware_step AS part ON part.id = line.part_id)
  ), sized AS MATERIALIZED (
    SELECT DISTINCT size_step.id FROM size_step
  ), host AS MATERIALIZED (
    SELECT sized.id FROM sized
    EXCEPT
    SELECT line.whole_id FROM line JOIN sized ON sized.id = line.part_id WHERE line.distance > 0
  ), housing AS MATERIALIZED (
    SELECT line.whole_id AS id, host.id AS host_id FROM line JOIN host ON host.id = line.part_id
  ), anchor AS MATERIALIZED (
    SELECT DISTINCT ON (line.part_id) line.part_id AS id, line.whole_id AS anchor_id
      FROM line JOIN (SELECT DISTINCT housing.id FROM housing) AS place ON place.id = line.whole_id
     ORDER BY line.part_id, line.distance
  ), observer AS MATERIALIZED (
    SELECT series.id AS series_id, series.resource_id AS id, anchor.anchor_id, coalesce(anchor.anchor_id = series.resource_id, false) AS is_total
      FROM usage_series AS series
      LEFT JOIN anchor ON anchor.id = series.resource_id
     WHERE series.metric = 'GPU_ALLOCATED'
  )`);
