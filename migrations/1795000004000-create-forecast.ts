import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Forecasts, frozen: a later run adds a version and leaves this one to be scored. */
export class CreateForecast1795000004000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE forecast (
        id                uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
        subject           text             NOT NULL,
        version           integer          NOT NULL CHECK (version > 0),
        resource_id       uuid             REFERENCES resource (id) ON DELETE CASCADE,
        metric            text,
        cost_scope        jsonb,
        cost_metric       text,
        unit              text             NOT NULL,
        statistic         text             NOT NULL,
        granularity       text             NOT NULL,
        training_start    timestamptz      NOT NULL,
        origin            timestamptz      NOT NULL,
        horizon           integer          NOT NULL CHECK (horizon > 0),
        data_as_of        timestamptz      NOT NULL,
        training_digest   text             NOT NULL,
        mean              double precision[] NOT NULL,
        standard_deviation double precision[] NOT NULL,
        error_correlation double precision NOT NULL,
        multiplicative    boolean          NOT NULL,
        non_negative      boolean          NOT NULL,
        upper_bound       double precision,
        intervals         jsonb            NOT NULL,
        models            jsonb            NOT NULL,
        accuracy          jsonb,
        created_at        timestamptz      NOT NULL,
        UNIQUE (subject, version),
        CHECK (cardinality(mean) = horizon AND cardinality(standard_deviation) = horizon),
        -- A forecast is of the usage of a resource or of the cost of a scope.
        CHECK ((resource_id IS NOT NULL AND metric IS NOT NULL AND cost_scope IS NULL AND cost_metric IS NULL)
            OR (resource_id IS NULL AND metric IS NULL AND cost_scope IS NOT NULL AND cost_metric IS NOT NULL))
      );
      COMMENT ON TABLE  forecast IS 'One frozen version of one forecast.';
      COMMENT ON COLUMN forecast.subject IS 'What is forecast: the key all its versions share.';
      COMMENT ON COLUMN forecast.unit IS 'Unit of mean, standard deviation and intervals; the billing currency for costs.';
      COMMENT ON COLUMN forecast.statistic IS 'What a training point is of its day: MAXIMUM, MEAN or SUM.';
      COMMENT ON COLUMN forecast.origin IS 'End of the last observed day; step 1 begins here.';
      COMMENT ON COLUMN forecast.data_as_of IS 'Revisions loaded after this instant are not in the training data.';
      COMMENT ON COLUMN forecast.training_digest IS 'Digest of the training series: unchanged data makes no new version.';
      COMMENT ON COLUMN forecast.multiplicative IS 'Whether errors grow with the value, and reach further up than down.';
      COMMENT ON COLUMN forecast.error_correlation IS 'Correlation of the errors of neighbouring steps, for simulated paths.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE forecast`);
  }
}
