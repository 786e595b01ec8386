import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Budgets that come again, what is planned of each period, what goes over into the next, and whose part a budget is. */
export class PlanBudgets1795043001000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE budget
        ADD COLUMN recurrence         text     NOT NULL DEFAULT 'ONCE' CHECK (recurrence IN ('ONCE', 'MONTHLY', 'QUARTERLY', 'YEARLY')),
        ADD COLUMN fiscal_year_start  smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start BETWEEN 1 AND 12),
        ADD COLUMN plan               jsonb    NOT NULL DEFAULT '[]',
        ADD COLUMN planned_amount     numeric  CHECK (planned_amount >= 0 AND planned_amount <> 'NaN'),
        ADD COLUMN standing_amount    numeric  CHECK (standing_amount >= 0 AND standing_amount <> 'NaN'),
        ADD COLUMN carried            numeric  NOT NULL DEFAULT 0 CHECK (carried <> 'NaN'),
        ADD COLUMN carries_unused     boolean  NOT NULL DEFAULT false,
        ADD COLUMN carries_overspent  boolean  NOT NULL DEFAULT false,
        ADD COLUMN carry_cap          numeric  CHECK (carry_cap >= 0 AND carry_cap <> 'NaN'),
        ADD COLUMN previous_id        uuid     UNIQUE REFERENCES budget (id) ON DELETE SET NULL,
        ADD COLUMN parent_id          uuid     REFERENCES budget (id) ON DELETE SET NULL,
        ADD CHECK (parent_id <> id AND previous_id <> id);
      CREATE INDEX budget_by_parent ON budget (parent_id) WHERE parent_id IS NOT NULL;
      COMMENT ON COLUMN budget.recurrence IS 'How long the periods are that follow one another; ONCE when none follows.';
      COMMENT ON COLUMN budget.fiscal_year_start IS 'Month that years and quarters are counted from, 1 is January.';
      COMMENT ON COLUMN budget.plan IS 'Amounts from instants on, {start, amount}, ascending: of this period and of later ones.';
      COMMENT ON COLUMN budget.planned_amount IS 'What this period may cost without what was carried into it; null is the amount.';
      COMMENT ON COLUMN budget.standing_amount IS 'What a period may cost that nothing else is planned of; null is the planned amount.';
      COMMENT ON COLUMN budget.carried IS 'What the period before left over, or spent too much when it is negative. The amount is the planned one and this, and at least 0.';
      COMMENT ON COLUMN budget.carry_cap IS 'The most that goes over into the next period, either way; null is all of it.';
      COMMENT ON COLUMN budget.previous_id IS 'The period before; unique, so that a period is followed once.';
      COMMENT ON COLUMN budget.parent_id IS 'The budget that this one is a part of.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE budget DROP COLUMN recurrence, DROP COLUMN fiscal_year_start, DROP COLUMN plan, DROP COLUMN planned_amount, DROP COLUMN standing_amount,
                         DROP COLUMN carried, DROP COLUMN carries_unused, DROP COLUMN carries_overspent, DROP COLUMN carry_cap, DROP COLUMN previous_id,
                         DROP COLUMN parent_id`);
  }
}
