import { runService } from '@benchbus/service';
import { z } from 'zod';
import { LONGEST_QUARANTINE_MS } from './domain/quarantine.ts';
import { startAllocator } from './start-allocator.ts';

const milliseconds = z.coerce.number().int().min(1);

await runService({
  name: 'network-allocator',
  config: z.object({
    /** `redis://user:password@host:port`; unset: no view for others, and no lock between replicas. */
    VALKEY_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    BENCHBUS_VALKEY_TIMEOUT_MS: milliseconds.default(2_000),
    BENCHBUS_VALKEY_RECONNECT_MS: milliseconds.default(2_000),
    /** `none`: never lock; right all the same, with more conflicts between replicas. */
    BENCHBUS_ALLOCATOR_LOCK: z.enum(['redlock', 'none']).default('redlock'),
    BENCHBUS_ALLOCATOR_LOCK_TTL_MS: milliseconds.default(2_000),
    BENCHBUS_ALLOCATOR_LOCK_WAIT_MS: milliseconds.default(200),
    /** How long an own event may take from the log to the projection. */
    BENCHBUS_ALLOCATOR_CATCH_UP_MS: milliseconds.default(10_000),
    /** How long an aggregate waits after a failed append to it. */
    BENCHBUS_ALLOCATOR_RETRY_MS: milliseconds.default(1_000),
    /** How long another replica may take to go on from its own grant before this one does. */
    BENCHBUS_ALLOCATOR_YIELD_MS: milliseconds.default(500),
    /** Answers to runs that are on their way to the log at once. */
    BENCHBUS_ALLOCATOR_IN_FLIGHT: z.coerce.number().int().min(1).max(1_000).default(64),
    /** A released block is not granted again for so long. */
    BENCHBUS_ALLOCATOR_QUARANTINE_MS: z.coerce.number().int().min(0).max(LONGEST_QUARANTINE_MS).default(60_000),
    /** A block that a target found taken, and no host says by whom, is not granted for so long. */
    BENCHBUS_ALLOCATOR_TAKEN_MS: milliseconds.default(600_000),
    /** How often to look whether Valkey has what was written, and what others wrote there: nothing tells of either. */
    BENCHBUS_VALKEY_CHECK_MS: milliseconds.default(10_000),
    /** What the predecessor beside this calls its Docker network (its DOCKER_NETWORK_NAME, networkName): both read one set. */
    BENCHBUS_VALKEY_DOCKER_NETWORK: z.string().min(1).default('stroppy-net'),
    /** The same of its network in the cloud (networkSettings.name). Unset: each host has a set of its own. */
    BENCHBUS_VALKEY_YANDEX_NETWORK: z.string().min(1).optional(),
  }),
  start: startAllocator,
});
