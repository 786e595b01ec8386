import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ways to reach people, and what is owed to each of them. */
export class CreateNotification1795041000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE notification_channel (
        id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        name          text        NOT NULL UNIQUE CHECK (name <> ''),
        channel       text        NOT NULL,
        settings      jsonb       NOT NULL,
        secrets       bytea,
        enabled       boolean     NOT NULL DEFAULT true,
        attention     text,
        refusal_count integer     NOT NULL DEFAULT 0,
        failure_count integer     NOT NULL DEFAULT 0,
        paused_until  timestamptz,
        lease_token   bigint      NOT NULL DEFAULT 0,
        leased_until  timestamptz,
        created_at    timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE  notification_channel IS 'A way to reach people, set up for one of the channel plug-ins.';
      COMMENT ON COLUMN notification_channel.channel IS 'Name of the plug-in, for example slack.';
      COMMENT ON COLUMN notification_channel.settings IS 'As the plug-in''s JSON Schema has them, without secrets.';
      COMMENT ON COLUMN notification_channel.secrets IS 'JSON of the secret settings, encrypted with AES-256-GCM; the id of the row is authenticated with it.';
      COMMENT ON COLUMN notification_channel.attention IS 'What a person has to mend before anything is sent again; null when there is nothing.';
      COMMENT ON COLUMN notification_channel.refusal_count IS 'How often in a row it was refused for what is wrong with the channel itself.';
      COMMENT ON COLUMN notification_channel.failure_count IS 'How often in a row it could not be reached.';
      COMMENT ON COLUMN notification_channel.paused_until IS 'Nothing is sent before: it could not be reached, asked to be left alone, or takes only so many messages a second.';
      COMMENT ON COLUMN notification_channel.lease_token IS 'Counts the workers that took the channel: one with an older number may note nothing.';
      COMMENT ON COLUMN notification_channel.leased_until IS 'Until when the worker that sends for the channel is taken to be alive.';

      CREATE TABLE notification (
        id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        sequence      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
        channel_id    uuid        NOT NULL REFERENCES notification_channel (id) ON DELETE CASCADE,
        subject_key   text        NOT NULL CHECK (subject_key <> ''),
        dedup_key     text        NOT NULL CHECK (dedup_key <> ''),
        message_state text        NOT NULL CHECK (message_state IN ('FIRING', 'ACKNOWLEDGED', 'RESOLVED')),
        severity      text        NOT NULL CHECK (severity IN ('INFORMATION', 'WARNING', 'CRITICAL')),
        since         timestamptz NOT NULL,
        summary       text        NOT NULL,
        details       jsonb       NOT NULL CHECK (jsonb_typeof(details) = 'array'),
        path          text        NOT NULL,
        state         text        NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'DELIVERED', 'REJECTED')),
        attempt_count integer     NOT NULL DEFAULT 0,
        next_at       timestamptz DEFAULT now(),
        waits_since   timestamptz NOT NULL DEFAULT now(),
        delivered_at  timestamptz,
        failure       text,
        created_at    timestamptz NOT NULL DEFAULT now(),
        -- What made it may be done again, and nobody is told twice for that.
        UNIQUE (channel_id, subject_key, dedup_key, message_state, severity, since),
        CHECK (state <> 'PENDING' OR next_at IS NOT NULL),
        CHECK ((state = 'DELIVERED') <= (delivered_at IS NOT NULL)),
        CHECK ((state = 'REJECTED') <= (failure IS NOT NULL))
      );
      COMMENT ON TABLE  notification IS 'One message owed to one channel, written with what made it necessary. It is the truth: jobs only wake who sends.';
      COMMENT ON COLUMN notification.sequence IS 'The order in which messages on one subject leave by one channel.';
      COMMENT ON COLUMN notification.subject_key IS 'What it is about, for example an alert.';
      COMMENT ON COLUMN notification.dedup_key IS 'Stays the same for all that is said of one cause: receivers tell repeats by it.';
      COMMENT ON COLUMN notification.details IS 'A list of {name, value}.';
      COMMENT ON COLUMN notification.path IS 'Where to look, below the address that Headroom is served at.';
      COMMENT ON COLUMN notification.next_at IS 'When it is sent next, or said again where a receiver forgets; null when it is not.';
      COMMENT ON COLUMN notification.waits_since IS 'Since when it is owed: when it was written, or asked to be sent again.';
      COMMENT ON COLUMN notification.failure IS 'Why the last attempt failed, without secrets.';
      CREATE INDEX notification_due ON notification (channel_id, next_at) WHERE next_at IS NOT NULL;
      CREATE INDEX notification_waiting ON notification (channel_id, subject_key, sequence) WHERE state = 'PENDING';
      CREATE INDEX notification_of_subject ON notification (subject_key, sequence DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE notification; DROP TABLE notification_channel`);
  }
}
