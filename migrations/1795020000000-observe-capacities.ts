import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How large things are is observed too, beside what people declare. */
export class ObserveCapacities1795020000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';

      CREATE TABLE observed_limit (
        id             uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
        resource_id    uuid             NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
        metric         text             NOT NULL,
        unit           text             NOT NULL,
        effective_from timestamptz      NOT NULL,
        limit_value    double precision NOT NULL CHECK (limit_value >= 0 AND limit_value < 'Infinity'),
        UNIQUE (resource_id, metric, effective_from)
      );
      COMMENT ON TABLE  observed_limit IS 'How large a resource was seen to be: one row for each change, not for each observation.';
      COMMENT ON COLUMN observed_limit.effective_from IS 'The first instant it was seen at this size.';

      -- What is planned may be nothing, when a reservation ends; and who plans may leave the size to what is observed.
      ALTER TABLE capacity ALTER COLUMN limit_value DROP NOT NULL, DROP CONSTRAINT capacity_limit_value_check,
        ADD CONSTRAINT capacity_limit_value_check CHECK (limit_value >= 0 AND limit_value < 'Infinity');
      COMMENT ON COLUMN capacity.limit_value IS 'Null leaves it at what is observed.';
      -- A step of a limit may be observed; exhaustion is derived and made anew.
      DELETE FROM exhaustion;
      ALTER TABLE exhaustion DROP CONSTRAINT exhaustion_capacity_id_fkey,
        ADD COLUMN unit                text NOT NULL,
        ADD COLUMN limit_value         double precision NOT NULL,
        ADD COLUMN headroom            double precision NOT NULL,
        ADD COLUMN unit_cost_per_month numeric,
        ADD COLUMN unit_cost_currency  text,
        ADD COLUMN lead_time_days      integer NOT NULL,
        ADD COLUMN covered_until       timestamptz NOT NULL,
        ADD COLUMN fills_first         boolean NOT NULL DEFAULT true;
      COMMENT ON COLUMN exhaustion.limit_value IS 'In force when this was worked out, as are headroom, lead time and price.';
      COMMENT ON COLUMN exhaustion.covered_until IS 'When the order after the next could arrive: until then units_needed have to last.';
      COMMENT ON COLUMN exhaustion.fills_first IS 'Whether nothing else of its kind, such as inodes beside bytes, runs out sooner.';

      CREATE VIEW capacity_step AS
      SELECT stated.id, stated.resource_id, stated.metric, stated.unit, stated.effective_from, stated.is_observed,
             max(stated.limit_value)         OVER of_limit  AS limit_value,
             coalesce(max(stated.headroom)   OVER of_policy, 0) AS headroom,
             coalesce(max(stated.lead_time_days) OVER of_policy, 0) AS lead_time_days,
             max(stated.unit_cost_per_month) OVER of_policy AS unit_cost_per_month,
             max(stated.unit_cost_currency)  OVER of_policy AS unit_cost_currency
        FROM (SELECT step.*, count(step.limit_value) OVER in_time AS limit_number, count(step.headroom) OVER in_time AS policy_number
                FROM (SELECT id, resource_id, CASE metric WHEN 'GPU_ALLOCATED' THEN 'GPU_REQUESTED' ELSE metric END AS metric, unit, effective_from, limit_value, headroom, lead_time_days,
                             unit_cost_per_month, unit_cost_currency, false AS is_observed
                        FROM capacity
                      UNION ALL
                      SELECT id, resource_id, CASE metric WHEN 'GPU_ALLOCATED' THEN 'GPU_REQUESTED' ELSE metric END, unit, effective_from, limit_value, NULL, NULL, NULL, NULL, true
                        FROM observed_limit
                       -- Where a source says how many may be asked for, that is it; else it is how many there are.
                       WHERE NOT (metric = 'GPU_ALLOCATED' AND EXISTS (
                             SELECT FROM observed_limit AS own WHERE own.resource_id = observed_limit.resource_id AND own.metric = 'GPU_REQUESTED'))) AS step
              WINDOW in_time AS (PARTITION BY step.resource_id, step.metric ORDER BY step.effective_from, NOT step.is_observed, step.id)) AS stated
       WHERE stated.limit_number > 0
      WINDOW of_limit  AS (PARTITION BY stated.resource_id, stated.metric, stated.limit_number),
             of_policy AS (PARTITION BY stated.resource_id, stated.metric, stated.policy_number);
      COMMENT ON VIEW capacity_step IS 'The limit over time, declared and observed: of each step the size, and the latest policy that was declared by then. GPUs are limited the same, whether asked for or allocated.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW capacity_step;
      DELETE FROM exhaustion;
      ALTER TABLE exhaustion DROP COLUMN unit, DROP COLUMN limit_value, DROP COLUMN headroom, DROP COLUMN unit_cost_per_month,
        DROP COLUMN unit_cost_currency, DROP COLUMN lead_time_days, DROP COLUMN covered_until, DROP COLUMN fills_first, ADD CONSTRAINT exhaustion_capacity_id_fkey FOREIGN KEY (capacity_id) REFERENCES capacity (id) ON DELETE CASCADE;
      DELETE FROM capacity WHERE limit_value IS NULL OR limit_value = 0;
      ALTER TABLE capacity DROP CONSTRAINT capacity_limit_value_check,
        ADD CONSTRAINT capacity_limit_value_check CHECK (limit_value > 0 AND limit_value < 'Infinity'),
        ALTER COLUMN limit_value SET NOT NULL;
      COMMENT ON COLUMN capacity.limit_value IS NULL;
      DROP TABLE observed_limit`);
  }
}
