import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Amounts over periods, to hold charges and forecasts against. */
export class CreateBudget1795000006000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE budget (
        id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        name         text        NOT NULL CHECK (name <> ''),
        scope        jsonb       NOT NULL,
        metric       text        NOT NULL CHECK (metric IN ('BILLED_COST', 'EFFECTIVE_COST', 'CONTRACTED_COST', 'LIST_COST')),
        period_start timestamptz NOT NULL,
        period_end   timestamptz NOT NULL,
        amount       numeric     NOT NULL CHECK (amount >= 0 AND amount <> 'NaN'),
        currency     text        NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        CHECK (period_start < period_end),
        UNIQUE (name, period_start)
      );
      COMMENT ON TABLE  budget IS 'What a scope may cost over a period.';
      COMMENT ON COLUMN budget.scope IS 'A cost scope: lists of values, an empty list is any.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE budget`);
  }
}
