import type { SourceReading } from '../collection/index.js';
import { toSeconds, type Subjects } from './exposition.js';

/** What there is to say of a source that observations come from. */
export const sources: Subjects<SourceReading> = {
  kind: 'sources',
  labelNames: ['source', 'collector'],
  labelsOf: ({ name, collector }) => ({ source: name, collector }),
  families: [
    {
      name: 'headroom_source_collected_timestamp_seconds',
      help: 'Everything before this has been collected. No series before the first success.',
      values: ({ collectedUntil }) => [[toSeconds(collectedUntil)]],
    },
    {
      name: 'headroom_source_stale',
      help: 'Whether what is collected is older than two intervals of the source can explain. 0 for what people bring by hand.',
      values: ({ isStale }) => [[Number(isStale)]],
    },
    {
      name: 'headroom_source_needs_attention',
      help: 'Whether a person has to mend something before the source can be read.',
      values: ({ needsAttention }) => [[Number(needsAttention)]],
    },
  ],
};
