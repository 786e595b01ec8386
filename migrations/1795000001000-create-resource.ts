import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What exists: anything that is used, may fill up, and costs money. */
export class CreateResource1795000001000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE resource (
        id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
        provider_name    text        NOT NULL,
        resource_id      text        NOT NULL,
        resource_name    text,
        resource_type    text,
        service_name     text        NOT NULL,
        service_category text        NOT NULL,
        region_id        text,
        sub_account_id   text,
        tags             jsonb       NOT NULL DEFAULT '{}',
        parent_id        uuid        REFERENCES resource (id) ON DELETE SET NULL,
        gpu_model        text,
        gpu_share        double precision CHECK (gpu_share > 0 AND gpu_share <= 1),
        gpu_sharing      text        CHECK (gpu_sharing IN ('WHOLE', 'MIG', 'TIME_SLICED', 'FRACTIONAL')),
        first_seen_at    timestamptz NOT NULL,
        last_seen_at     timestamptz NOT NULL,
        -- The provider's own identifier is the natural key: seeing a resource twice changes nothing.
        UNIQUE (provider_name, resource_id),
        CHECK ((gpu_model IS NULL) = (gpu_share IS NULL) AND (gpu_model IS NULL) = (gpu_sharing IS NULL))
      );
      COMMENT ON TABLE  resource IS 'FOCUS Resource*: what is used and charged for.';
      COMMENT ON COLUMN resource.service_category IS 'As FOCUS spells it, for example AI and Machine Learning.';
      COMMENT ON COLUMN resource.gpu_share IS 'Part of one GPU, 0 to 1; 1 for whole GPUs and pools of them.';
      CREATE INDEX resource_by_name ON resource (coalesce(resource_name, resource_id), id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE resource`);
  }
}
