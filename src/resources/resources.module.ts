import { Module } from '@nestjs/common';
import { ResourcesResolver } from './resources.resolver.js';

@Module({ providers: [ResourcesResolver] })
export class ResourcesModule {}
