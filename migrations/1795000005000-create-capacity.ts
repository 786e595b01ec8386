import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Limits over time, and when demand passes them. */
export class CreateCapacity1795000005000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE capacity (
        id                  uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
        resource_id         uuid             NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
        metric              text             NOT NULL,
        limit_value         double precision NOT NULL CHECK (limit_value > 0 AND limit_value < 'Infinity'),
        unit                text             NOT NULL,
        headroom            double precision NOT NULL CHECK (headroom >= 0 AND headroom < 1),
        lead_time_days      integer          NOT NULL CHECK (lead_time_days >= 0),
        unit_cost_per_month numeric          CHECK (unit_cost_per_month <> 'NaN'),
        unit_cost_currency  text,
        effective_from      timestamptz      NOT NULL,
        UNIQUE (resource_id, metric, effective_from),
        CHECK ((unit_cost_per_month IS NULL) = (unit_cost_currency IS NULL))
      );
      COMMENT ON TABLE  capacity IS 'The most a resource can be used, from a date on.';
      COMMENT ON COLUMN capacity.headroom IS 'Fraction of the limit planners keep free, 0 to 1.';
      COMMENT ON COLUMN capacity.lead_time_days IS 'Days between ordering more and having it.';
      COMMENT ON COLUMN capacity.unit_cost_per_month IS 'Price of one more unit a month; null is unknown, not free.';

      CREATE TABLE exhaustion (
        resource_id        uuid             NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
        metric             text             NOT NULL,
        forecast_id        uuid             NOT NULL REFERENCES forecast (id) ON DELETE CASCADE,
        capacity_id        uuid             NOT NULL REFERENCES capacity (id) ON DELETE CASCADE,
        probability_by_day double precision[] NOT NULL,
        p10_at             timestamptz,
        p50_at             timestamptz,
        p90_at             timestamptz,
        order_by_at        timestamptz,
        units_needed       double precision NOT NULL,
        PRIMARY KEY (resource_id, metric)
      );
      COMMENT ON TABLE  exhaustion IS 'Derived from the latest forecast and the capacities; made anew with either.';
      COMMENT ON COLUMN exhaustion.probability_by_day IS 'Chance that the usable capacity has been passed by the end of day n of the forecast, n from 1.';
      COMMENT ON COLUMN exhaustion.p10_at IS 'One path in ten has passed it by then; null when not within the horizon.';
      CREATE INDEX exhaustion_soonest ON exhaustion (coalesce(p10_at, 'infinity'), resource_id, metric)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE exhaustion; DROP TABLE capacity`);
  }
}
