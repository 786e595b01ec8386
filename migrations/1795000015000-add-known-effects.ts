import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the calendar did in a forecast. Versions made before knew of none. */
export class AddKnownEffects1795000015000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE forecast ADD COLUMN known_effects jsonb NOT NULL DEFAULT '[]';
      COMMENT ON COLUMN forecast.known_effects IS 'Effects of the calendar that are in the mean: name, size in the unit of the forecast or as a fraction, its standard deviation.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE forecast DROP COLUMN known_effects`);
  }
}
