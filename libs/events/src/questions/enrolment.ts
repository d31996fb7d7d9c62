import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import { ENROL_REDEEM, RENEW_SUBJECTS, renewSubject } from '../access/enrol-subjects.ts';
import type { Question } from '../bus/questions.ts';

const publicKey = z.string().regex(/^U[A-Z2-7]{55}$/);
const access = z.strictObject({ jwt: z.string(), expiresAt: z.int().min(0) });

/**
 * A runner exchanges its single-use code for what it needs. The answer holds secrets: it goes to the asker's own inbox, over
 * TLS. Refused with ENROLMENT_* or EDGE_PROTOCOL_MISFIT. Fields a version does not know are passed over.
 */
export const enrolRedeem = {
  name: 'enrol.redeem',
  subject: ENROL_REDEEM,
  ask: z.object({
    /** The seed that is the code. */
    secret: z.string().min(1).max(200),
    runId: token,
    node: nodeName,
    fence: z.strictObject({ incarnation: z.string(), sequence: z.int().min(0) }),
    /** The NATS identity the runner will have; its seed stays with the runner. */
    publicKey,
    version: z.string().max(100),
    protocol: z.string().max(20),
    /** For who looks into an attack: what the asker says of its machine. */
    hostname: z.string().max(255),
  }),
  answer: z.object({
    version: z.string(),
    protocol: z.string(),
    /** Variables of the runner's environment, secrets among them. */
    environment: z.record(z.string(), z.string()),
    /** Absent where the server knows no accounts. */
    access: access.optional(),
  }),
} as const satisfies Question<z.ZodType, z.ZodType>;

export type RedeemAsk = z.output<typeof enrolRedeem.ask>;

const renewal = {
  ask: z.object({ publicKey }),
  answer: z.object({ access }),
} as const;

/**
 * A runner asks for access beyond the end of what it has, with the key it was enrolled with. Refused with ENROLMENT_OVER when its
 * run is over, ENROLMENT_WRONG_FENCE when that has a newer attempt, ENROLMENT_KEY_UNKNOWN for any other key.
 */
export const enrolRenew = (runId: string, node: string) =>
  ({ name: 'enrol.renew', subject: renewSubject(token.parse(runId), nodeName.parse(node)), ...renewal }) as const;

/** As it is answered: of every node, who it is stands in the subject. */
export const enrolRenewals = { name: 'enrol.renew', subject: RENEW_SUBJECTS, ...renewal } as const;
