import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A source that is read on a schedule: how, when, how far, and by whom at the moment. */
export class DataSourceLife1795010000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // New columns take an instant; waiting for the lock behind a long import would stop everybody else.
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE data_source
        ADD COLUMN settings            jsonb,
        ADD COLUMN secrets             bytea,
        ADD COLUMN collection_interval text    CHECK (collection_interval <> ''),
        ADD COLUMN enabled             boolean NOT NULL DEFAULT true,
        ADD COLUMN most_series         integer CHECK (most_series > 0),
        ADD COLUMN most_calls_per_day  integer CHECK (most_calls_per_day > 0),
        ADD COLUMN bookmark            jsonb,
        ADD COLUMN collected_until     timestamptz,
        ADD COLUMN next_run_at         timestamptz,
        ADD COLUMN stale_at            timestamptz,
        ADD COLUMN attention           text,
        ADD COLUMN failure_count       integer NOT NULL DEFAULT 0,
        ADD COLUMN lease_token         bigint  NOT NULL DEFAULT 0,
        ADD COLUMN leased_until        timestamptz,
        ADD CONSTRAINT data_source_scheduled CHECK ((settings IS NULL) = (collection_interval IS NULL));
      COMMENT ON COLUMN data_source.settings IS 'As the collector''s JSON Schema has them, without secrets; null for a source that people bring by hand.';
      COMMENT ON COLUMN data_source.secrets IS 'JSON of the secret settings, encrypted with AES-256-GCM; the id of the row is authenticated with it.';
      COMMENT ON COLUMN data_source.collection_interval IS 'How often it is read, as an ISO 8601 duration.';
      COMMENT ON COLUMN data_source.most_series IS 'Series it may have; null for what the collector says.';
      COMMENT ON COLUMN data_source.most_calls_per_day IS 'Calls of a day, UTC; null for what the collector says.';
      COMMENT ON COLUMN data_source.bookmark IS 'What the collector asked to be given next time.';
      COMMENT ON COLUMN data_source.collected_until IS 'Everything before it has been collected.';
      COMMENT ON COLUMN data_source.stale_at IS 'When what is collected is too old, unless a run succeeds before.';
      COMMENT ON COLUMN data_source.attention IS 'What a person has to mend; null when there is nothing.';
      COMMENT ON COLUMN data_source.failure_count IS 'Failures since the last success.';
      COMMENT ON COLUMN data_source.lease_token IS 'Counts the workers that took the source: one with an older number may not commit.';
      COMMENT ON COLUMN data_source.leased_until IS 'Until when the worker that holds the source is taken to be alive.';
      CREATE INDEX data_source_due ON data_source (next_run_at) WHERE next_run_at IS NOT NULL;

      UPDATE data_source SET collected_until =
        (SELECT max(run.period_end) FROM collection_run AS run WHERE run.data_source_id = data_source.id AND run.status = 'SUCCEEDED');

      ALTER TABLE collection_run
        DROP CONSTRAINT collection_run_status_check,
        ADD CONSTRAINT collection_run_status_check CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
        ALTER COLUMN finished_at DROP NOT NULL,
        ADD CONSTRAINT collection_run_finished CHECK ((finished_at IS NULL) = (status IN ('QUEUED', 'RUNNING'))),
        ADD COLUMN is_requested    boolean NOT NULL DEFAULT false,
        ADD COLUMN attempt_count   integer NOT NULL DEFAULT 0,
        ADD COLUMN collected_until timestamptz,
        ADD COLUMN call_count      bigint  NOT NULL DEFAULT 0,
        ADD COLUMN cost_usd        numeric NOT NULL DEFAULT 0 CHECK (cost_usd <> 'NaN'),
        ADD COLUMN warnings        text[]  NOT NULL DEFAULT '{}',
        ADD COLUMN notices         text[]  NOT NULL DEFAULT '{}',
        ADD COLUMN refused         jsonb   NOT NULL DEFAULT '{}',
        ADD COLUMN needs_attention boolean NOT NULL DEFAULT false,
        ADD COLUMN payload_head    text;
      COMMENT ON COLUMN collection_run.is_requested IS 'Whether somebody asked for its period; otherwise that goes on from what is collected.';
      COMMENT ON COLUMN collection_run.attempt_count IS 'How often a worker began it; more than once when one died or was stopped.';
      COMMENT ON COLUMN collection_run.collected_until IS 'How far into its period it has stored; each step is stored whole.';
      COMMENT ON COLUMN collection_run.cost_usd IS 'What the provider asks for the calls, in US dollars.';
      COMMENT ON COLUMN collection_run.warnings IS 'What the source said of answers that were not complete.';
      COMMENT ON COLUMN collection_run.refused IS 'How many observations were left out, by reason.';
      COMMENT ON COLUMN collection_run.payload_head IS 'The beginning of an answer that could not be read, without secrets.';
      CREATE INDEX collection_run_open ON collection_run (data_source_id) WHERE status IN ('QUEUED', 'RUNNING')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      DROP INDEX collection_run_open;
      DELETE FROM collection_run WHERE status IN ('QUEUED', 'RUNNING');
      ALTER TABLE collection_run
        DROP CONSTRAINT collection_run_finished,
        DROP CONSTRAINT collection_run_status_check,
        ADD CONSTRAINT collection_run_status_check CHECK (status IN ('SUCCEEDED', 'FAILED')),
        ALTER COLUMN finished_at SET NOT NULL,
        DROP COLUMN is_requested, DROP COLUMN attempt_count, DROP COLUMN collected_until, DROP COLUMN call_count, DROP COLUMN cost_usd,
        DROP COLUMN warnings, DROP COLUMN notices, DROP COLUMN refused, DROP COLUMN needs_attention, DROP COLUMN payload_head;
      DROP INDEX data_source_due;
      ALTER TABLE data_source
        DROP CONSTRAINT data_source_scheduled,
        DROP COLUMN settings, DROP COLUMN secrets, DROP COLUMN collection_interval, DROP COLUMN enabled, DROP COLUMN most_series,
        DROP COLUMN most_calls_per_day, DROP COLUMN bookmark, DROP COLUMN collected_until, DROP COLUMN next_run_at, DROP COLUMN stale_at,
        DROP COLUMN attention, DROP COLUMN failure_count, DROP COLUMN lease_token, DROP COLUMN leased_until`);
  }
}
