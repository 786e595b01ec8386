import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where observations come from, and each time something was brought in from there. */
export class CreateDataSource1795000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE data_source (
        id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        name       text        NOT NULL UNIQUE CHECK (name <> ''),
        collector  text        NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE  data_source IS 'A place observations come from, read by one collector.';
      COMMENT ON COLUMN data_source.collector IS 'Name of the collector plug-in, for example focus.';

      CREATE TABLE collection_run (
        id                 uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        data_source_id     uuid        NOT NULL REFERENCES data_source (id) ON DELETE CASCADE,
        status             text        NOT NULL CHECK (status IN ('SUCCEEDED', 'FAILED')),
        period_start       timestamptz,
        period_end         timestamptz,
        started_at         timestamptz NOT NULL,
        finished_at        timestamptz NOT NULL,
        usage_sample_count bigint      NOT NULL DEFAULT 0,
        charge_count       bigint      NOT NULL DEFAULT 0,
        failure            text,
        CHECK ((status = 'FAILED') = (failure IS NOT NULL))
      );
      COMMENT ON TABLE  collection_run IS 'One delivery from a data source, whole or refused.';
      COMMENT ON COLUMN collection_run.period_start IS 'First instant observed; null when the run failed before it was known.';
      CREATE INDEX collection_run_by_source ON collection_run (data_source_id, started_at DESC, id DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE collection_run; DROP TABLE data_source`);
  }
}
