import { Module } from '@nestjs/common';
import { ChargesResolver, ResourceCostResolver } from './costs.resolver.js';

@Module({ providers: [ChargesResolver, ResourceCostResolver] })
export class CostsModule {}
