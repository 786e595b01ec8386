import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people want to be told of, what they were told, and when they want to be left alone. */
export class CreateAlert1795042000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE alert_rule (
        id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        name         text        NOT NULL UNIQUE CHECK (name <> ''),
        kind         text        NOT NULL,
        condition    jsonb       NOT NULL CHECK (jsonb_typeof(condition) = 'object'),
        severity     text        NOT NULL CHECK (severity IN ('INFORMATION', 'WARNING', 'CRITICAL')),
        channel_keys uuid[],
        enabled      boolean     NOT NULL DEFAULT true,
        created_at   timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE  alert_rule IS 'What somebody wants to be told of.';
      COMMENT ON COLUMN alert_rule.kind IS 'Which condition, for example budget.';
      COMMENT ON COLUMN alert_rule.condition IS 'What the condition is asked: which subjects, and from where on.';
      COMMENT ON COLUMN alert_rule.channel_keys IS 'Who is told; null is every channel that is enabled.';

      CREATE TABLE alert (
        id              uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
        rule_id         uuid             NOT NULL REFERENCES alert_rule (id) ON DELETE CASCADE,
        subject_key     text             NOT NULL,
        period_key      text             NOT NULL,
        occurrence      integer          NOT NULL DEFAULT 1 CHECK (occurrence >= 1),
        budget_id       uuid             REFERENCES budget (id) ON DELETE CASCADE,
        resource_id     uuid             REFERENCES resource (id) ON DELETE CASCADE,
        data_source_id  uuid             REFERENCES data_source (id) ON DELETE CASCADE,
        state           text             NOT NULL CHECK (state IN ('FIRING', 'ACKNOWLEDGED', 'RESOLVED')),
        severity        text             NOT NULL,
        summary         text             NOT NULL,
        details         jsonb            NOT NULL,
        observed        double precision NOT NULL,
        threshold       double precision NOT NULL,
        unit            text             NOT NULL,
        fired_at        timestamptz      NOT NULL,
        acknowledged_at timestamptz,
        acknowledged_by text,
        note            text,
        resolved_at     timestamptz,
        message_key     text,
        told_state      text             CHECK (told_state IN ('FIRING', 'ACKNOWLEDGED', 'RESOLVED')),
        -- One alert for one cause and period, however many processes find it at once.
        UNIQUE (rule_id, subject_key, period_key, occurrence),
        CHECK (num_nonnulls(budget_id, resource_id, data_source_id) = 1),
        CHECK ((state = 'RESOLVED') = (resolved_at IS NOT NULL)),
        CHECK ((told_state IS NOT NULL) <= (message_key IS NOT NULL))
      );
      COMMENT ON TABLE  alert IS 'A cause that a rule has met, from when it came until it was gone.';
      COMMENT ON COLUMN alert.subject_key IS 'What it is of, within the rule: a budget, a metric of a resource, a source.';
      COMMENT ON COLUMN alert.period_key IS 'The period that the cause belongs to; empty where there is none.';
      COMMENT ON COLUMN alert.occurrence IS 'Counts how often the cause came back within the period after it was gone.';
      COMMENT ON COLUMN alert.message_key IS 'What receivers tell repeats by; several alerts have one when they were told together.';
      COMMENT ON COLUMN alert.told_state IS 'What people were told of it last; null when nothing.';
      CREATE INDEX alert_open ON alert (rule_id) WHERE state <> 'RESOLVED';
      CREATE INDEX alert_latest ON alert (fired_at DESC, id);
      CREATE INDEX alert_message ON alert (message_key) WHERE message_key IS NOT NULL;

      CREATE TABLE alert_silence (
        id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        rule_id    uuid        REFERENCES alert_rule (id) ON DELETE CASCADE,
        starts_at  timestamptz NOT NULL,
        ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
        reason     text        NOT NULL,
        created_by text        NOT NULL
      );
      COMMENT ON TABLE  alert_silence IS 'A time in which nobody is told that something fires. What still fires at its end is told then.';
      COMMENT ON COLUMN alert_silence.rule_id IS 'Null is every rule.';

      -- What everybody wants to know. People change them as they like: they come once.
      INSERT INTO alert_rule (name, kind, condition, severity) VALUES
        ('A budget is spent', 'budget', '{"budgetKey": null, "basis": "ACTUAL", "share": 1}', 'CRITICAL'),
        ('A budget will probably be overrun', 'budget', '{"budgetKey": null, "basis": "OVERRUN_PROBABILITY", "share": 0.8}', 'WARNING'),
        ('Capacity runs out within a month', 'exhaustion',
         '{"resources": {"providerNames": [], "subAccountIds": [], "serviceNames": [], "serviceCategories": [], "tags": []}, "metric": null, "withinDays": 30, "probability": 0.5}', 'WARNING'),
        ('Capacity runs out within a week', 'exhaustion',
         '{"resources": {"providerNames": [], "subAccountIds": [], "serviceNames": [], "serviceCategories": [], "tags": []}, "metric": null, "withinDays": 7, "probability": 0.5}', 'CRITICAL'),
        ('A source does not deliver', 'staleness', '{"dataSourceKey": null, "minutes": null}', 'WARNING')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE alert_silence; DROP TABLE alert; DROP TABLE alert_rule`);
  }
}
