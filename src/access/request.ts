import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Loaders } from '../platform/index.js';
import { administrator, type Viewer } from './viewer.js';

/** What every resolver of one request shares. */
export interface RequestContext {
  viewer: Viewer;
  loaders: Loaders;
}

/** The context of one request that `authenticate` let through. */
export function requestContext(): RequestContext {
  return contextFor(administrator);
}

/** A context that a viewer's answers share. */
export function contextFor(viewer: Viewer): RequestContext {
  return { viewer, loaders: new Map() };
}

const contextOf = (context: ExecutionContext): RequestContext =>
  GqlExecutionContext.create(context).getContext<RequestContext>();

/** Who is asking. */
export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext) => contextOf(context).viewer);

/** The loaders of this request. */
export const RequestLoaders = createParamDecorator((_: unknown, context: ExecutionContext) => contextOf(context).loaders);
