import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers say themselves of what they bill: to hold ours against. */
export class CreateProviderStatements1795010001000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      CREATE TABLE provider_total (
        data_source_id       uuid        NOT NULL REFERENCES data_source (id) ON DELETE CASCADE,
        billing_period_start timestamptz NOT NULL,
        billing_currency     text        NOT NULL,
        billed_cost          numeric     NOT NULL CHECK (billed_cost <> 'NaN'),
        stated_at            timestamptz NOT NULL,
        PRIMARY KEY (data_source_id, billing_period_start, billing_currency)
      );
      COMMENT ON TABLE provider_total IS 'What the provider says a billing period adds up to, as last stated.';

      CREATE TABLE comparison_forecast (
        data_source_id   uuid             NOT NULL REFERENCES data_source (id) ON DELETE CASCADE,
        made_by          text             NOT NULL,
        cost_metric      text             NOT NULL,
        billing_currency text             NOT NULL,
        period_start     timestamptz      NOT NULL,
        period_end       timestamptz      NOT NULL,
        made_on          date             NOT NULL,
        mean             double precision NOT NULL CHECK (mean = mean),
        lower            double precision,
        upper            double precision,
        level            double precision CHECK (level > 0 AND level < 100),
        PRIMARY KEY (data_source_id, made_by, cost_metric, billing_currency, period_start, period_end, made_on),
        CHECK (period_start < period_end),
        CHECK ((lower IS NULL) = (upper IS NULL) AND (lower IS NULL) = (level IS NULL))
      );
      COMMENT ON TABLE  comparison_forecast IS 'A forecast by somebody else, kept to compare with ours and never taken for it.';
      COMMENT ON COLUMN comparison_forecast.made_by IS 'Whose it is, for example AWS Cost Explorer.';
      COMMENT ON COLUMN comparison_forecast.made_on IS 'The day, UTC, on which it was collected: one of each day is kept.';
      COMMENT ON COLUMN comparison_forecast.mean IS 'In the billing currency, as lower and upper are.';
      COMMENT ON COLUMN comparison_forecast.level IS 'Of the interval from lower to upper, in percent.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE comparison_forecast; DROP TABLE provider_total`);
  }
}
