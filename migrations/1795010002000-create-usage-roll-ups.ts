import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Samples by the hour and by the day: kept when the samples themselves are gone, and read instead of them. */
export class CreateUsageRollUps1795010002000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE usage_series ADD COLUMN step_seconds double precision CHECK (step_seconds > 0);
      COMMENT ON COLUMN usage_series.step_seconds IS 'Usual time between two samples; null while there are too few to tell.';

      CREATE TABLE usage_hour (
        series_id    bigint           NOT NULL,
        hour_start   timestamptz      NOT NULL,
        mean         double precision NOT NULL,
        maximum      double precision NOT NULL,
        p95          double precision NOT NULL,
        sample_count integer          NOT NULL CHECK (sample_count > 0),
        coverage     real             NOT NULL CHECK (coverage > 0 AND coverage <= 1),
        PRIMARY KEY (series_id, hour_start)
      ) PARTITION BY RANGE (hour_start);
      COMMENT ON TABLE  usage_hour IS 'The samples of one hour, UTC. An hour without samples has no row.';
      COMMENT ON COLUMN usage_hour.p95 IS 'The 95th percentile, between samples by proportion.';
      COMMENT ON COLUMN usage_hour.coverage IS 'Share of the hour that its samples stand for, 0 to 1.';

      CREATE TABLE usage_day (
        series_id    bigint           NOT NULL,
        day_start    timestamptz      NOT NULL,
        mean         double precision NOT NULL,
        maximum      double precision NOT NULL,
        p95          double precision NOT NULL,
        sample_count integer          NOT NULL CHECK (sample_count > 0),
        coverage     real             NOT NULL CHECK (coverage > 0 AND coverage <= 1),
        PRIMARY KEY (series_id, day_start)
      );
      COMMENT ON TABLE  usage_day IS 'The samples of one day, UTC. A day without samples has no row.';
      COMMENT ON COLUMN usage_day.p95 IS 'The 95th percentile, between samples by proportion.';
      COMMENT ON COLUMN usage_day.coverage IS 'Share of the day that its samples stand for, 0 to 1.'`);
    await this.rollUpWhatThereIs(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      DROP TABLE usage_day; DROP TABLE usage_hour;
      ALTER TABLE usage_series DROP COLUMN step_seconds`);
  }

  /** Samples that came before there were roll-ups. */
  private async rollUpWhatThereIs(db: QueryRunner): Promise<void> {
    const months = (await db.query(`SELECT DISTINCT to_char(date_trunc('month', sample.observed_at, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM usage_sample AS sample ORDER BY 1`)) as { month: string }[];
    for (const { month } of months) {
      const partition = `usage_hour_${month.replace('-', '_')}`;
      await db.query(`CREATE TABLE ${partition} PARTITION OF usage_hour FOR VALUES FROM ('${month}-01T00:00:00Z') TO (timestamptz '${month}-01T00:00:00Z' + interval '1 month')`);
    }
    await db.query(`
      UPDATE usage_series SET step_seconds = gap.seconds
        FROM (SELECT near.series_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY near.seconds) AS seconds
                FROM (SELECT sample.series_id, extract(epoch FROM sample.observed_at - lag(sample.observed_at) OVER (PARTITION BY sample.series_id ORDER BY sample.observed_at))::float8 AS seconds
                        FROM usage_sample AS sample) AS near
               WHERE near.seconds > 0 GROUP BY 1) AS gap
       WHERE usage_series.id = gap.series_id;
      INSERT INTO usage_hour
      SELECT sample.series_id, date_trunc('hour', sample.observed_at, 'UTC'), avg(sample.value), max(sample.value), percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value),
             count(*), least(1, count(*) * coalesce(series.step_seconds, 3600) / 3600)
        FROM usage_sample AS sample JOIN usage_series AS series ON series.id = sample.series_id
       GROUP BY 1, 2, series.step_seconds;
      INSERT INTO usage_day
      SELECT sample.series_id, date_trunc('day', sample.observed_at, 'UTC'), avg(sample.value), max(sample.value), percentile_cont(0.95) WITHIN GROUP (ORDER BY sample.value),
             count(*), least(1, count(*) * coalesce(series.step_seconds, 3600) / 86400)
        FROM usage_sample AS sample JOIN usage_series AS series ON series.id = sample.series_id
       GROUP BY 1, 2, series.step_seconds`);
  }
}
