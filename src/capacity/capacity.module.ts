import { Module } from '@nestjs/common';
import { CapacitiesResolver, ExhaustionsResolver, ResourceCapacityResolver } from './capacity.resolver.js';
import { CapacityService } from './capacity.service.js';

@Module({
  providers: [CapacityService, CapacitiesResolver, ExhaustionsResolver, ResourceCapacityResolver],
  exports: [CapacityService],
})
export class CapacityModule {}
