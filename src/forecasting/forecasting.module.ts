import { Global, Module, type DynamicModule } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { ForecastEventsResolver } from './forecast-events.resolver.js';
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

@Module({ imports: [EventsModule], providers: [Forecaster, ForecastEventsResolver, ForecastsResolver, ResourceForecastResolver], exports: [Forecaster] })
export class ForecastingModule {}
