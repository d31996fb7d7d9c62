import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  askOnce,
  BenchbusError,
  decodeEnrolmentCode,
  enrolRedeem,
  newUserKey,
  userKeyOf,
  type Access,
  type IssuedAccess,
} from '@benchbus/events';
import { buildInfo, loadConfig, natsSecurity } from '@benchbus/service';
import { EDGE_PROTOCOL, requireFittingProtocol } from '@benchbus/tasks';
import { isAskedAgain } from './ask-again.ts';
import { enrolmentConfig, type EnrolmentConfig } from './config.ts';
import { StateFile } from './state-file.ts';

/** What an enrolled runner goes on with. */
export interface Enrolled {
  /** Variables it was given, secrets among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent where the server knows no accounts. */
  readonly access: { readonly current: () => IssuedAccess; readonly renewed: (next: IssuedAccess) => void } | undefined;
  /** How it connects; undefined: as the URL says. */
  readonly connectAs: Access | undefined;
  readonly publicKey: string;
}

/** One answer to one try. */
const ANSWER_MS = 15_000;

const stateFileOf = (config: EnrolmentConfig): string =>
  config.BENCHBUS_ENROLMENT_STATE ?? `${resolve(config.BENCHBUS_NODE_DIR)}.enrolment.json`;

function readCode(config: EnrolmentConfig): string | undefined {
  const { BENCHBUS_ENROLMENT_CODE: code, BENCHBUS_ENROLMENT_CODE_FILE: file } = config;
  if (code !== undefined || file === undefined) return code;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function redeem(config: EnrolmentConfig, code: string, publicKey: string) {
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_FENCE: fence } = config;
  const { key, jwt } = decodeEnrolmentCode(code);
  const access = jwt === undefined ? undefined : { publicKey: key.publicKey, seed: key.seed, jwt: () => jwt };
  const connection = {
    servers: config.NATS_URL,
    name: `enrol ${runId}/${node}`,
    connectTimeoutMs: config.BENCHBUS_CONNECT_TIMEOUT_MS,
    ...natsSecurity(config),
    ...(access && { access }),
  };
  const { version } = buildInfo();
  const own = { publicKey, version, protocol: EDGE_PROTOCOL, hostname: hostname() };
  const data = { secret: key.seed, runId, node, fence, ...own };
  const deadline = Date.now() + config.BENCHBUS_ENROLMENT_TIMEOUT_MS;
  for (;;) {
    try {
      const answer = await askOnce(connection, enrolRedeem, data, { timeoutMs: ANSWER_MS });
      const ours = { who: `edge runner of node ${node}`, version, protocol: EDGE_PROTOCOL };
      requireFittingProtocol({ who: 'control plane', version: answer.version, protocol: answer.protocol }, ours);
      return answer;
    } catch (error) {
      if (!isAskedAgain(error) || Date.now() + config.BENCHBUS_ENROLMENT_RETRY_MS >= deadline) throw error;
      await delay(config.BENCHBUS_ENROLMENT_RETRY_MS);
    }
  }
}

/**
 * Exchanges the runner's code for what it needs, or takes up what an earlier runner of this node was given. Code and file of
 * the code are removed: neither this process's children nor who comes to the machine later finds them.
 * @returns undefined for a runner that is not to enrol: it was given everything
 * @throws BenchbusError ENROLMENT_* | EDGE_PROTOCOL_MISFIT | NATS_* | NO_ANSWER | CONFIG_INVALID
 */
export async function enrol(env: NodeJS.ProcessEnv): Promise<Enrolled | undefined> {
  const asked =
    env['BENCHBUS_ENROLMENT_CODE'] || env['BENCHBUS_ENROLMENT_CODE_FILE'] || env['BENCHBUS_ENROLMENT_STATE'];
  if (!asked) return undefined;
  const config = loadConfig(enrolmentConfig, env);
  delete env['BENCHBUS_ENROLMENT_CODE'];
  const { BENCHBUS_RUN: run, BENCHBUS_NODE: node, BENCHBUS_FENCE: fence } = config;
  const file = new StateFile(stateFileOf(config), { run, node, fence });
  let state = file.read();
  const code = readCode(config);
  // Who was away for longer than its access lasts is let in again only by whoever gives it another code.
  const isOver = code !== undefined && (state?.access?.expiresAt ?? Infinity) <= Date.now();
  if (state?.environment === undefined || isOver) {
    if (code === undefined)
      throw new BenchbusError({
        code: 'ENROLMENT_CODE_MISSING',
        message: 'there is neither an enrolment code nor what an earlier runner was given',
        where: 'BENCHBUS_ENROLMENT_CODE, BENCHBUS_ENROLMENT_CODE_FILE',
        hint: 'the node has to be made anew',
      });
    const seed = state?.seed ?? newUserKey().seed;
    file.write({ seed });
    const { environment, access } = await redeem(config, code, userKeyOf(seed).publicKey);
    state = { seed, environment, ...(access && { access }) };
    file.write(state);
  }
  if (config.BENCHBUS_ENROLMENT_CODE_FILE !== undefined) rmSync(config.BENCHBUS_ENROLMENT_CODE_FILE, { force: true });
  const { seed, environment = {}, access } = state;
  const { publicKey } = userKeyOf(seed);
  if (access === undefined) return { environment, access: undefined, connectAs: undefined, publicKey };
  let current: IssuedAccess = access;
  return {
    environment,
    access: {
      current: () => current,
      renewed: (next) => {
        current = next;
        file.write({ seed, environment, access: next });
      },
    },
    connectAs: { publicKey, seed, jwt: () => current.jwt },
    publicKey,
  };
}
