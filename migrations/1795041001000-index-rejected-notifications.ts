import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What nobody received is counted at each scrape, among all that was delivered. */
export class IndexRejectedNotifications1795041001000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX notification_rejected ON notification (channel_id, sequence) WHERE state = 'REJECTED'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX notification_rejected`);
  }
}
