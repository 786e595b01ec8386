import { Catch, HttpException, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { incidentMessage, recordIncident } from './incident.js';
import { refuse } from './refuse.js';

/** Takes the place of the framework's handler, which logs refusals as errors and answers in another shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): unknown {
    // formatErrors sees what resolvers throw: it knows the refusals, and logs the rest.
    if (host.getType<string>() === 'graphql') throw error;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof NotFoundException) {
      return refuse(reply, 404, 'NOT_FOUND', 'nothing is served under this method and path; the API is at /graphql');
    }
    const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number } | null)?.statusCode;
    if (status !== undefined && status >= 400 && status < 500) {
      return refuse(reply, status, 'BAD_REQUEST', (error as Error).message);
    }
    const id = recordIncident(error);
    return refuse(reply, 500, 'INTERNAL', incidentMessage(id));
  }
}
