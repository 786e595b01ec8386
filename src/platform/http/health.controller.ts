import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { query } from '../database/query.js';

const databaseTimeoutMs = 2_000;

/** For load balancers and orchestrators: whether the process lives, and whether it can answer. */
@Controller('health')
export class HealthController {
  constructor(private readonly db: DataSource) {}

  @Get('live')
  live() {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    if (await this.answers()) return { status: 'ready' };
    void reply.status(503);
    return { status: 'not ready', reason: 'the database does not answer' };
  }

  private async answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), databaseTimeoutMs);
    });
    const answer = query(this.db, sql`SELECT 1`).then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
