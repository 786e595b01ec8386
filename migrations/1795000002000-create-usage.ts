import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of a resource was used: one row per series, one per sample; months are partitions. */
export class CreateUsage1795000002000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE usage_series (
        id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        resource_id    uuid   NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
        metric         text   NOT NULL,
        unit           text   NOT NULL,
        data_source_id uuid   NOT NULL REFERENCES data_source (id) ON DELETE CASCADE,
        UNIQUE (resource_id, metric)
      );
      COMMENT ON TABLE  usage_series IS 'One metric of one resource.';
      COMMENT ON COLUMN usage_series.unit IS 'Unit of every sample of the series, as FOCUS UnitFormat spells it.';

      -- No foreign key from samples: the table is the one that grows without bound, and it can be
      -- spread over nodes by series_id only as long as nothing else ties its rows down.
      CREATE TABLE usage_sample (
        series_id   bigint           NOT NULL,
        observed_at timestamptz      NOT NULL,
        value       double precision NOT NULL CHECK (value >= 0 AND value < 'Infinity'),
        -- The natural key makes collection idempotent: a retried window overwrites itself.
        PRIMARY KEY (series_id, observed_at)
      ) PARTITION BY RANGE (observed_at);
      COMMENT ON TABLE usage_sample IS 'One observation; where there was none there is no row, never a zero.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE usage_sample; DROP TABLE usage_series`);
  }
}
