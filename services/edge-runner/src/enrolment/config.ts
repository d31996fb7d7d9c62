import { baseConfig } from '@benchbus/service';
import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import { fenceText } from '../config.ts';

const millis = z.coerce.number().int().min(1).max(2_147_483_647);

/** Of a runner that has to enrol before it knows the rest of its configuration. */
export const enrolmentConfig = baseConfig
  .pick({
    NATS_URL: true,
    NATS_CA_FILE: true,
    NATS_CERT_FILE: true,
    NATS_KEY_FILE: true,
    BENCHBUS_CONNECT_TIMEOUT_MS: true,
    LOG_LEVEL: true,
    LOG_MOD: true,
    LOG_MAPPING: true,
  })
  .extend({
    BENCHBUS_RUN: token,
    BENCHBUS_NODE: nodeName,
    BENCHBUS_FENCE: fenceText,
    /** The single-use code, or the file it stands in, which is removed when the code is used. */
    BENCHBUS_ENROLMENT_CODE: z.string().min(1).optional(),
    BENCHBUS_ENROLMENT_CODE_FILE: z.string().min(1).optional(),
    /** Where a restarted runner finds what it was given, mode 0600. Default: beside the node's folder, where it outlives a reboot, too. */
    BENCHBUS_ENROLMENT_STATE: z.string().min(1).optional(),
    BENCHBUS_NODE_DIR: z.string().min(1),
    /** Longest time for it, however often nobody answers. */
    BENCHBUS_ENROLMENT_TIMEOUT_MS: millis.default(300_000),
    BENCHBUS_ENROLMENT_RETRY_MS: millis.default(2_000),
  });
export type EnrolmentConfig = z.output<typeof enrolmentConfig>;
