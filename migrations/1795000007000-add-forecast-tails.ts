import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How heavy the tails of a forecast's errors are. Versions made before were all drawn with 1.5, and go on being so. */
export class AddForecastTails1795000007000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE forecast ADD COLUMN excess_kurtosis double precision NOT NULL DEFAULT 1.5;
      COMMENT ON COLUMN forecast.excess_kurtosis IS 'How heavy the tails of the errors are, for intervals and simulated paths; 0 is normal.'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE forecast DROP COLUMN excess_kurtosis`);
  }
}
