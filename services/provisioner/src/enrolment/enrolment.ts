import {
  BenchbusError,
  encodeEnrolmentCode,
  enrolPermissions,
  enrolRedeem,
  enrolRenewals,
  newCodeKey,
  runnerPermissions,
  type Authority,
  type EventBus,
  type IssuedAccess,
} from '@benchbus/events';
import { buildInfo } from '@benchbus/service';
import { EDGE_PROTOCOL, requireFittingProtocol } from '@benchbus/tasks';
import type { Logger } from 'pino';
import { readDeployment, readRun } from '../app/views.ts';
import { keyTaken, otherHost, renewalRefusal, type RunNow } from '../domain/redeem.ts';
import type { Fence } from '../domain/types.ts';
import { Codes } from './codes.ts';
import { EnrolledKeys } from './enrolled-keys.ts';
import { redeemCode } from './redeem-code.ts';
import type { RunnerCode } from './runner-code.ts';

const [BUCKET, KEYS] = ['enrolment', 'enrolled'];
/** Used and expired codes are kept so much longer: who uses them then is seen. */
const KEPT_MS = 24 * 3_600_000;

/** The node that a code is for. */
export interface EnrolledNode {
  readonly runId: string;
  readonly node: string;
  readonly fence: Fence;
}

export interface EnrolmentOptions {
  readonly bus: EventBus;
  readonly logger: Logger;
  /** The host whose deployments' secrets `environmentOf` knows. */
  readonly hostId: string;
  /** Lets runners into the account; undefined where the server knows no accounts. */
  readonly authority: Authority | undefined;
  /** What the node's runner needs in its environment: Hatchet's settings, its secrets. */
  readonly environmentOf: (node: EnrolledNode) => Promise<Readonly<Record<string, string>>>;
  /** A code is good for so long, ms. */
  readonly codeTtlMs: number;
  /** Access is good for so long, and renewed before, ms. */
  readonly accessTtlMs: number;
  readonly clock?: () => number;
}

export interface Enrolment {
  /** A new code for a node, one line of text. It is a secret until it is used; nothing keeps it. */
  issue(node: EnrolledNode): Promise<string>;
  /** Whether runners beside us enrol, too: where the server knows accounts. */
  readonly enrols: boolean;
  readonly runnerCode: RunnerCode;
  stop(): Promise<void>;
}

async function runNow(bus: EventBus, runId: string, node: string): Promise<RunNow> {
  const [run, { plan, destroyed }] = await Promise.all([readRun(bus.log, runId), readDeployment(bus.log, runId)]);
  const has = plan?.data.plan.nodes.some(({ name }) => name === node) ?? false;
  return { fence: has ? plan?.data.fence : undefined, over: run.over?.name ?? destroyed?.name };
}

/**
 * Answers runners that enrol, and those that ask for access beyond the end of theirs. All replicas may do so at once; what a
 * node needs only its own host's knows, and a runner asks until that one is asked.
 */
export async function startEnrolment(options: EnrolmentOptions): Promise<Enrolment> {
  const { bus, logger, hostId, authority, environmentOf, codeTtlMs, accessTtlMs, clock = () => Date.now() } = options;
  const codes = new Codes(bus.records(BUCKET, codeTtlMs + KEPT_MS));
  // Written again at each renewal.
  const keys = new EnrolledKeys(bus.records(KEYS, 2 * accessTtlMs + KEPT_MS));
  const now = (runId: string, node: string) => runNow(bus, runId, node);
  const { version } = buildInfo();
  const ours = { who: 'control plane', version, protocol: EDGE_PROTOCOL };

  const accessFor = (runId: string, node: string, publicKey: string): Promise<IssuedAccess> | undefined =>
    authority?.issue({
      name: `edge ${runId}/${node}`,
      publicKey,
      permissions: runnerPermissions(publicKey, runId, node),
      expiresAt: clock() + accessTtlMs,
    });

  const redeeming = await bus.questions.answer(enrolRedeem, async (asked) => {
    const { runId, node, fence, publicKey } = asked;
    const who = `edge runner of node ${node}`;
    // First: one that does not fit keeps its code for one that does.
    requireFittingProtocol({ who, version: asked.version, protocol: asked.protocol }, ours);
    const { plan } = await readDeployment(bus.log, runId);
    if (plan !== undefined && plan.data.hostId !== hostId)
      throw new BenchbusError(otherHost({ runId, node }, hostId, plan.data.hostId));
    await redeemCode({ codes, runNow: now, logger, clock }, asked);
    if (!(await keys.add(publicKey, { runId, node, fence })))
      throw new BenchbusError(keyTaken({ runId, node }), { permanent: true });
    const environment = await environmentOf({ runId, node, fence });
    const access = await accessFor(runId, node, publicKey);
    return { version, protocol: EDGE_PROTOCOL, environment: { ...environment }, ...(access && { access }) };
  });

  const renewing = await bus.questions.answer(enrolRenewals, async ({ publicKey }, { subject }) => {
    // The server let nobody else ask on this subject.
    const [, , runId = '', node = ''] = subject.split('.');
    const [enrolled, current] = await Promise.all([keys.find(publicKey), now(runId, node)]);
    const problem = renewalRefusal(enrolled, { runId, node }, current);
    if (problem !== undefined) {
      logger.warn({ ...problem, runId, node, publicKey }, `access is not renewed: ${problem.message}`);
      throw new BenchbusError(problem, { permanent: true });
    }
    if (enrolled !== undefined) await keys.add(publicKey, enrolled);
    const access = await accessFor(runId, node, publicKey);
    if (access === undefined)
      throw new BenchbusError({
        code: 'ENROLMENT_NO_ACCOUNTS',
        message: 'the server knows no accounts',
        where: subject,
        hint: 'was BENCHBUS_NATS_SIGNING_KEY_FILE taken away from the provisioner?',
      });
    return { access };
  });

  const issue = async ({ runId, node, fence }: EnrolledNode): Promise<string> => {
    const key = newCodeKey();
    const expiresAt = clock() + codeTtlMs;
    await codes.add(key.seed, { runId, node, fence, expiresAt });
    const name = `enrol ${runId}/${node}`;
    const permissions = enrolPermissions(key.publicKey);
    // It may ask for longer than it is answered: who comes too late is told so by us, and seen.
    const askUntil = expiresAt + KEPT_MS;
    const access = await authority?.issue({ name, publicKey: key.publicKey, permissions, expiresAt: askUntil });
    return encodeEnrolmentCode({ key, jwt: access?.jwt });
  };
  const enrols = authority !== undefined;
  return {
    issue,
    enrols,
    runnerCode: (node) => (enrols ? issue(node) : Promise.resolve(undefined)),
    stop: async () => {
      await Promise.all([redeeming.stop(), renewing.stop()]);
    },
  };
}
