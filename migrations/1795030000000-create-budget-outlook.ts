import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the periods of budgets will end, for those who ask every minute: adding up the charges takes too long for that. */
export class CreateBudgetOutlook1795030000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      CREATE TABLE budget_outlook (
        budget_id           uuid    PRIMARY KEY REFERENCES budget (id) ON DELETE CASCADE,
        forecast_id         uuid    REFERENCES forecast (id) ON DELETE CASCADE,
        actual              numeric NOT NULL CHECK (actual <> 'NaN'),
        total_mean          double precision,
        total_upper         double precision,
        overrun_probability double precision CHECK (overrun_probability >= 0 AND overrun_probability <= 1),
        CHECK ((total_mean IS NULL) = (total_upper IS NULL) AND (total_mean IS NULL) = (overrun_probability IS NULL))
      );
      COMMENT ON TABLE  budget_outlook IS 'Derived from the charges and the latest forecast of budgets whose period has not ended; made anew after each delivery.';
      COMMENT ON COLUMN budget_outlook.forecast_id IS 'Null without a forecast.';
      COMMENT ON COLUMN budget_outlook.actual IS 'Charged so far, in the currency of the budget.';
      COMMENT ON COLUMN budget_outlook.total_mean IS 'What the period is expected to cost in all; null when the forecast does not reach its end.';
      COMMENT ON COLUMN budget_outlook.total_upper IS 'The upper end of the 80 % interval of that.';
      COMMENT ON COLUMN budget_outlook.overrun_probability IS 'Chance that the period ends over the amount.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE budget_outlook`);
  }
}
