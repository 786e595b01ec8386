import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { requestContext } from '../access/index.js';
import { recordIncident, refuse } from '../platform/index.js';
import { MetricsService } from './metrics.service.js';

/** For Prometheus. Whoever may ask the API may scrape, and sees what they see there. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  async scrape(@Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): Promise<FastifyReply> {
    try {
      const { contentType, text } = await this.metrics.read(requestContext().viewer, accept);
      return await reply.header('content-type', contentType).send(text);
    } catch (error) {
      // To Prometheus any failure is a target that is down for now; why is for people.
      return refuse(reply, 503, 'UNAVAILABLE', `the metrics could not be read, and the log has the reason under ${recordIncident(error)}`);
    }
  }
}
