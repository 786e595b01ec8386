import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Providers that say which days they are not sure of yet are believed. */
export class ChargesThatAreEstimated1795012000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      SET LOCAL lock_timeout = '10s';
      ALTER TABLE charge_load ADD COLUMN estimated_from timestamptz;
      COMMENT ON COLUMN charge_load.estimated_from IS 'First day that the provider itself calls estimated: from it on nothing is settled. Null where it calls none so.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE charge_load DROP COLUMN estimated_from`);
  }
}
