import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Forecaster } from './forecaster.js';
import { HolidayCalendar } from './holiday-calendar.js';
import { ForecastsResolver, ResourceForecastResolver } from './forecasting.resolver.js';

/** The days off that all forecasts know of. */
@Global()
@Module({})
export class HolidayModule {
  static with(holidays: HolidayCalendar): DynamicModule {
    return { module: HolidayModule, providers: [{ provide: HolidayCalendar, useValue: holidays }], exports: [HolidayCalendar] };
  }
}

@Module({ providers: [Forecaster, ForecastsResolver, ResourceForecastResolver], exports: [Forecaster] })
export class ForecastingModule {}
