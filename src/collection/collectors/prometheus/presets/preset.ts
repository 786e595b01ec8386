import type { ServiceCategory } from '../../../../access/index.js';
import type { SeriesQuery } from '../series-query.js';

type Described = 'providerName' | 'serviceName' | 'serviceCategory';
type Optional = 'observes' | 'factor' | 'tagLabels';

/** A query as presets write it: usage, unless it says otherwise. */
export type PresetQuery = Omit<SeriesQuery, Described | Optional> & Partial<Pick<SeriesQuery, Optional>>;

/**
 * What to ask for the series of one exporter, in order. Each expression aggregates by exactly what names its resource,
 * so that pods that come and go, two exporters of one thing, or two jobs that scrape it, make neither two values nor a sum.
 */
export interface Preset {
  name: string;
  /** What it reads, for the list of settings. */
  reads: string;
  serviceName: string;
  serviceCategory: ServiceCategory;
  queries: readonly PresetQuery[];
}
