import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { query } from '../database/query.js';
import { Readiness } from './readiness.js';

const databaseTimeoutMs = 2_000;

/** For load balancers and orchestrators: whether the process lives, and whether it can answer. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly db: DataSource,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  live() {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const counts = await this.counts();
    if (counts) return { status: 'ready', ...counts };
    void reply.status(503);
    return { status: 'not ready', reason: 'the database does not answer' };
  }

  /** Null when the database does not answer. */
  private async counts(): Promise<Record<string, number> | null> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), databaseTimeoutMs);
    });
    const answer = query(this.db, sql`SELECT 1`).then(
      () => this.readiness.counts(),
    ).catch(() => null);
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
