import { Module } from '@nestjs/common';
import { Forecaster } from './forecaster.js';
import { ForecastsResolver, ResourceForecastResolver } from './forecasting.resolver.js';

@Module({ providers: [Forecaster, ForecastsResolver, ResourceForecastResolver], exports: [Forecaster] })
export class ForecastingModule {}
