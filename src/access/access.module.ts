import { Module } from '@nestjs/common';
import { NodeResolver } from './node.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';

@Module({ providers: [NodeResolver, ViewerResolver] })
export class AccessModule {}
