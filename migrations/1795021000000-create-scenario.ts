import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Suppositions of what changes, to lay over forecasts. */
export class CreateScenario1795021000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE scenario (
        id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        name        text        NOT NULL UNIQUE CHECK (name <> ''),
        author      text        NOT NULL,
        scope       jsonb       NOT NULL,
        adjustments jsonb       NOT NULL CHECK (jsonb_typeof(adjustments) = 'array'),
        created_at  timestamptz NOT NULL,
        updated_at  timestamptz NOT NULL
      );
      COMMENT ON TABLE  scenario IS 'A named set of changes. What follows from them is worked out from the latest forecasts whenever it is asked.';
      COMMENT ON COLUMN scenario.scope IS 'What it is about: a cost scope, an empty list is any.';
      COMMENT ON COLUMN scenario.adjustments IS 'In the order they are laid over each other; the shape is Adjustment in src/scenarios.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE scenario`);
  }
}
