import { Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer } from './request.js';
import type { Viewer } from './viewer.js';
import { ViewerType } from './viewer.graphql.js';

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { nullable: true, description: 'Who is asking.' })
  viewer(@CurrentViewer() viewer: Viewer) {
    return viewer;
  }
}
