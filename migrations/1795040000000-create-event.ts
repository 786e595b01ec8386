import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened, in the order in which it was committed: who listens reads from here. */
export class CreateEvent1795040000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE event (
        sequence    bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        kind        text        NOT NULL CHECK (kind <> ''),
        subject_key text        NOT NULL CHECK (subject_key <> ''),
        payload     jsonb       NOT NULL,
        scope       jsonb       NOT NULL,
        happened_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      COMMENT ON TABLE  event IS 'What happened, for those who subscribe. Notifications of PostgreSQL only wake them.';
      COMMENT ON COLUMN event.sequence IS 'Ascending in the order of commits, since who publishes holds a lock until then. It has gaps.';
      COMMENT ON COLUMN event.kind IS 'For example forecastCreated.';
      COMMENT ON COLUMN event.subject_key IS 'Key of what it is about, for example of a resource.';
      COMMENT ON COLUMN event.scope IS 'The narrowest scope it lies in: it is told to viewers whose scope contains this one.';
      CREATE INDEX event_of_kind ON event (kind, sequence);

      CREATE TABLE event_retention (
        only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        dropped_through bigint  NOT NULL
      );
      COMMENT ON TABLE  event_retention IS 'One row: up to where events were dropped. Who has read less far has missed some.';
      INSERT INTO event_retention (dropped_through) VALUES (0)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE event_retention; DROP TABLE event`);
  }
}
