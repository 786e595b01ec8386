import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An outlook keeps all that is read of a budget, and which charges and which state of the budget it is of. */
export class ReadBudgetsFromOutlooks1795043000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE budget ADD COLUMN revision integer NOT NULL DEFAULT 1;
      COMMENT ON COLUMN budget.revision IS 'Grows with each change: an outlook of another revision is of another budget.';

      -- What there is was derived without these, and is made anew at the next start or delivery.
      DELETE FROM budget_outlook;
      ALTER TABLE budget_outlook
        ADD COLUMN revision      integer     NOT NULL DEFAULT 0,
        ADD COLUMN counted_loads bigint[],
        ADD COLUMN as_of         timestamptz,
        ADD COLUMN settled       numeric     CHECK (settled <> 'NaN'),
        ADD COLUMN load_costs    jsonb       NOT NULL DEFAULT '[]',
        ADD COLUMN unconverted   jsonb       NOT NULL DEFAULT '[]',
        ADD COLUMN total_lower   double precision;
      COMMENT ON TABLE  budget_outlook IS 'Derived from the charges and the latest forecast of a budget; made anew after each delivery.';
      COMMENT ON COLUMN budget_outlook.revision IS 'Of the budget that it was derived for.';
      COMMENT ON COLUMN budget_outlook.counted_loads IS 'The loads in force then, ascending: while they are, the actual is what it was.';
      COMMENT ON COLUMN budget_outlook.as_of IS 'The newest of those loads; null when there was none.';
      COMMENT ON COLUMN budget_outlook.settled IS 'The part of the actual that is of settled days.';
      COMMENT ON COLUMN budget_outlook.load_costs IS 'What each of those loads has charged in each currency; one that has nothing of the budget is left out.';
      COMMENT ON COLUMN budget_outlook.unconverted IS 'Charges in other currencies, as the API shows them.';
      COMMENT ON COLUMN budget_outlook.total_lower IS 'The lower end of the 80 % interval.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE budget_outlook DROP COLUMN revision, DROP COLUMN counted_loads, DROP COLUMN as_of, DROP COLUMN settled, DROP COLUMN load_costs,
                                 DROP COLUMN unconverted, DROP COLUMN total_lower;
      COMMENT ON TABLE budget_outlook IS 'Derived from the charges and the latest forecast of budgets whose period has not ended; made anew after each delivery.';
      ALTER TABLE budget DROP COLUMN revision`);
  }
}
