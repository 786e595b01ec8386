import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Allocation at its limit hides demand; a version says how much of what it learnt from was so. */
export class AddCensoredShare1795031000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE forecast ADD COLUMN censored_share double precision NOT NULL DEFAULT 0 CHECK (censored_share BETWEEN 0 AND 1);
      COMMENT ON COLUMN forecast.censored_share IS 'Fraction of the observed days on which what was observed was at its limit: demand may have been more.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE forecast DROP COLUMN censored_share`);
  }
}
