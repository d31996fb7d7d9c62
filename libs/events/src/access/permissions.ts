/** Subjects a NATS user may publish to and subscribe to. */
export interface Permissions {
  readonly pub: { readonly allow: string[] };
  readonly sub: { readonly allow: string[] };
  /** Replies to those who asked: how many, and how long after, in ns. */
  readonly resp?: { readonly max: number; readonly ttl: number };
}

/**
 * Answers come to a place of the user's own: in an account, a shared `_INBOX.>` would let everybody read what others are
 * answered, such as their secrets.
 */
export const inboxPrefix = (publicKey: string): string => `_INBOX_${publicKey}`;
const inboxOf = (publicKey: string): string => `${inboxPrefix(publicKey)}.>`;

/** Subjects of enrolment; `renew` carries who asks, so that the server vouches for it. */
export const ENROL_REDEEM = 'enrol.redeem';
export const renewSubject = (runId: string, node: string): string => `enrol.renew.${runId}.${node}`;
export const RENEW_SUBJECTS = 'enrol.renew.*.*';

/** Of whoever has a code: it may ask to be enrolled, and nothing else. */
export const enrolPermissions = (publicKey: string): Permissions => ({
  pub: { allow: [ENROL_REDEEM] },
  sub: { allow: [inboxOf(publicKey)] },
});

const FAULT_ANSWER_NS = 120_000_000_000;

/**
 * Of the runner of one node: it writes the facts, log lines and signs of life of its node, reads the log, which holds no
 * secrets, and asks what runners ask.
 */
export function runnerPermissions(publicKey: string, runId: string, node: string): Permissions {
  const own = `${runId}.${node}`;
  return {
    pub: {
      allow: [
        `evt.edge.${own}`,
        `log.${own}.>`,
        `progress.${runId}`,
        `$KV.liveness.edge.${own}`,
        renewSubject(runId, node),
        'ask.artifact.upload',
        `ask.fault.${runId}.*`,
        '$JS.API.INFO',
        '$JS.API.STREAM.INFO.EVENTS',
        '$JS.API.STREAM.INFO.KV_liveness',
        '$JS.API.DIRECT.GET.EVENTS',
        '$JS.API.DIRECT.GET.EVENTS.>',
        `$JS.API.DIRECT.GET.KV_liveness.$KV.liveness.edge.${runId}.>`,
        // Followers, with names of the client's. The server knows no pattern within a name: whose consumer it is, it does not
        // check (docs/operations/edge-runner.md says what that means). Deleting is nobody's of these.
        '$JS.API.CONSUMER.CREATE.EVENTS',
        '$JS.API.CONSUMER.CREATE.EVENTS.*',
        '$JS.API.CONSUMER.INFO.EVENTS.*',
        '$JS.API.CONSUMER.MSG.NEXT.EVENTS.*',
      ],
    },
    sub: { allow: [inboxOf(publicKey), `ask.fault.${own}`] },
    resp: { max: 1, ttl: FAULT_ANSWER_NS },
  };
}
