import { z } from 'zod';
import { logLevel } from '../logging/log-mapping.ts';

/** What every service reads from its environment. */
export const baseConfig = z.object({
  /** One server or several, separated by commas. */
  NATS_URL: z
    .string()
    .min(1)
    .refine((urls) => urls.split(',').every((url) => URL.canParse(url.includes('://') ? url : `nats://${url}`)), {
      error: 'URLs such as nats://127.0.0.1:4222, separated by commas',
    })
    .default('nats://127.0.0.1:4222'),
  /** Certificates that the server's is checked by, a PEM file; default: the system's. With it, or a URL `tls://`, TLS is a must. */
  NATS_CA_FILE: z.string().min(1).optional(),
  /** Own certificate and its key, PEM files, for a server that asks for one (mTLS): both or none. */
  NATS_CERT_FILE: z.string().min(1).optional(),
  NATS_KEY_FILE: z.string().min(1).optional(),
  /** Who the service is to a server with accounts: a `.creds` file, mode 0600. */
  NATS_CREDS_FILE: z.string().min(1).optional(),
  /**
   * Streams that are missing: make them (`make`; not where credentials forbid it), never (`expect`), or make them and end (`only`: a
   * job, with the operator's credentials).
   */
  BENCHBUS_STREAMS: z.enum(['make', 'expect', 'only']).default('make'),
  /** Copies of a stream that is made: as many servers of a cluster have it. */
  BENCHBUS_STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  /** At most so many bytes of facts in a log that is made; then appends are refused until there is room. 0: as many as the server takes. */
  BENCHBUS_LOG_MAX_BYTES: z.coerce.number().int().min(0).default(0),
  /** How the facts of a log that is made are stored: `s2` halves them. */
  BENCHBUS_LOG_COMPRESSION: z.enum(['none', 's2']).default('none'),
  /** At most so many bytes of clients' requests, which are kept for a week; then REQUESTS_FULL. Default 512 MiB; a larger one takes more of the disk away from the log. */
  BENCHBUS_REQUESTS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(2 ** 24)
    .optional(),
  /** At most so many bytes of dead letters, which are kept for thirty days. Default 256 MiB. */
  BENCHBUS_DEADLETTERS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(2 ** 24)
    .optional(),
  /** A second, compressed copy of the log, stream EVENTS_ARCHIVE, for audits: made where it is missing. */
  BENCHBUS_ARCHIVE: z.enum(['off', 'on']).default('off'),
  /** Copies of the archive; and the tags of the servers that may hold it, separated by commas (`server_tags` of nats-server). */
  BENCHBUS_ARCHIVE_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  BENCHBUS_ARCHIVE_TAGS: z
    .string()
    .default('')
    .transform((tags) => tags.split(',').flatMap((tag) => tag.trim() || [])),
  /** How long the first connection to NATS is tried. */
  BENCHBUS_CONNECT_TIMEOUT_MS: z.coerce.number().int().min(1).default(10_000),
  /** A message that was handed out so often, in vain, is a dead letter: the processes that handled it died. */
  BENCHBUS_MAX_DELIVERIES: z.coerce.number().int().min(2).default(20),
  /** Where a stream has so many consumers, no other one is made for clients and runners: each takes memory of nats-server for two minutes. */
  BENCHBUS_MOST_FOLLOWERS: z.coerce.number().int().min(1).default(1_000),
  /** Labels everything created; two installations on one machine never touch each other's resources. */
  BENCHBUS_INSTALLATION: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('default'),
  /** Folder of secrets that suites refer to by name: a file each, mode 0600. */
  BENCHBUS_SECRETS_DIR: z.string().min(1).optional(),
  BENCHBUS_HEALTH_HOST: z.string().default('127.0.0.1'),
  /** Port of /healthz and /readyz; 0 = a free one; unset = none. */
  BENCHBUS_HEALTH_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** How long a drain may take before the process ends anyway. */
  BENCHBUS_SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).default(10_000),
  LOG_LEVEL: logLevel.default('info'),
  LOG_MOD: z.enum(['production', 'development']).default('production'),
  /** Per logger: `nats=warn,reactor=debug`. */
  LOG_MAPPING: z.string().default(''),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
});
export type BaseConfig = z.output<typeof baseConfig>;
