import type { LogSettings } from '@benchbus/events';
import type { BaseConfig } from './base-config.ts';

/** What a process says of the log, where it makes it. */
export const logSettings = (config: BaseConfig): LogSettings => ({
  replicas: config.BENCHBUS_STREAM_REPLICAS,
  compressed: config.BENCHBUS_LOG_COMPRESSION === 's2',
  ...(config.BENCHBUS_LOG_MAX_BYTES > 0 ? { maxBytes: config.BENCHBUS_LOG_MAX_BYTES } : {}),
  requestsMaxBytes: config.BENCHBUS_REQUESTS_MAX_BYTES,
  deadLettersMaxBytes: config.BENCHBUS_DEADLETTERS_MAX_BYTES,
  ...(config.BENCHBUS_ARCHIVE === 'on'
    ? { archive: { replicas: config.BENCHBUS_ARCHIVE_REPLICAS, tags: config.BENCHBUS_ARCHIVE_TAGS } }
    : {}),
});
