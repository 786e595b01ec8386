import { Module } from '@nestjs/common';
import { GpuCostsResolver } from './gpu-costs.resolver.js';

@Module({ providers: [GpuCostsResolver] })
export class GpuCostsModule {}
