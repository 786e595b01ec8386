import { Module } from '@nestjs/common';
import { GpuCostsResolver } from './gpu-costs.resolver.js';
import { UnitCostsResolver } from './unit-costs.resolver.js';

@Module({ providers: [GpuCostsResolver, UnitCostsResolver] })
export class GpuCostsModule {}
