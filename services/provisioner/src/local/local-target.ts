import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { bindProblem, lockHolder, portHolder } from '@benchbus/processes';
import { launchOf, type Plan, type PlannedNode, type Problem } from '@benchbus/suites';
import type { Logger } from 'pino';
import { databasePassword, type ReleaseSettings } from '@benchbus/service';
import { addressInUse } from '../domain/problems.ts';
import { missingProgram } from '../domain/required-programs.ts';
import type { FoundVersions } from '../domain/required-programs.ts';
import type { RestartLimits } from '../domain/restart-limit.ts';
import type { RunnerCode } from '../enrolment/runner-code.ts';
import type { CreateContext, NodeSpec, Target, WorldItem } from '../target/target.ts';
import { destroyNode } from './destroy-node.ts';
import { destroyRun } from './destroy-run.ts';
import { listWorld } from './list-world.ts';
import { loadToolProblem } from './load-tool-problem.ts';
import { checkLocalDir } from './local-dir.ts';
import type { LocalUser } from './local-user.ts';
import { LOCK, makeNodeFolder, nodeDir, nodeFolders, readLabel, sameFence, STDERR, STDOUT } from './node-folder.ts';
import type { NodeLabel } from './node-folder.ts';
import { nodeProcesses } from './node-processes.ts';
import { lacksSecret, nodeSecrets } from './node-secrets.ts';
import { releaseExternal } from './release-external.ts';
import { runCredentials, runPasswords } from './run-credentials.ts';
import { runnerAccess } from './runner-access.ts';
import { runnerEnvironment } from './runner-environment.ts';
import { RunnerKeeper } from './runner-keeper.ts';
import { spawnRunner, tailOf } from './spawn-runner.ts';

export interface LocalTargetOptions {
  readonly installation: string;
  /** Absolute, without symbolic links: compared with /proc. */
  readonly localDir: string;
  readonly user: LocalUser | undefined;
  readonly versions: FoundVersions;
  /** Where releases of stroppy are had. */
  readonly stroppy: ReleaseSettings;
  readonly runnerCommand: readonly string[];
  /** Beside the passed environment: NATS_URL and what else the configuration says. */
  readonly runnerEnv: Readonly<Record<string, string>>;
  readonly key: Buffer;
  /** Where the operator's secrets are. */
  readonly secretsDir: string | undefined;
  /** Longest wait for an external database to drop what a killed runner left there, ms. */
  readonly externalReleaseMs: number;
  readonly graceMs: number;
  readonly limits: RestartLimits;
  readonly logger: Logger;
  readonly mayRestart: (label: NodeLabel) => Promise<boolean>;
  readonly runnerCode: RunnerCode;
}

/** Nodes as processes of this machine, each on its own loopback address. */
export class LocalTarget implements Target {
  readonly name = 'local';
  readonly #options: LocalTargetOptions;
  readonly #keeper: RunnerKeeper;

  constructor(options: LocalTargetOptions) {
    this.#options = options;
    this.#keeper = new RunnerKeeper({
      limits: options.limits,
      logger: options.logger,
      mayRestart: options.mayRestart,
      tail: (label) => this.#lastLines(label.run, label.node),
      start: (label, dir) => this.#start(label, dir),
    });
  }

  async check(plan: Plan): Promise<Problem | undefined> {
    const { localDir, user, versions, secretsDir: dir, stroppy } = this.#options;
    const lacks = missingProgram(plan, versions) ?? checkLocalDir(localDir, user);
    return lacks ?? lacksSecret(plan, { env: process.env, dir }) ?? (await loadToolProblem(plan, stroppy));
  }

  async createNode(spec: NodeSpec, { signal, guard }: CreateContext): Promise<void> {
    const { localDir, installation } = this.#options;
    const { runId, node } = spec;
    const dir = nodeDir(localDir, runId, node.name);
    const mine = () => nodeProcesses(this.#options, runId, node.name).filter((process) => process.node === node.name);
    const adopted = sameFence(readLabel(dir)?.fence, spec.fence);
    if (!adopted && (existsSync(dir) || mine().length > 0)) {
      await this.#keeper.release(runId, node.name);
      await this.destroyNode(runId, node.name); // an older attempt's, or half made
    }
    const label: NodeLabel = {
      installation,
      run: runId,
      node: node.name,
      address: node.address,
      fence: spec.fence,
      leaseExpiresAt: spec.leaseExpiresAt,
      suite: spec.suiteId,
      ...(spec.secretRefs === undefined ? {} : { secretRefs: [...spec.secretRefs] }),
    };
    if (adopted && lockHolder(join(dir, LOCK)) !== undefined) return this.#keeper.keep(label, dir);
    if (mine().length === 0) await requireFreePorts(node);
    signal.throwIfAborted();
    await guard();
    signal.throwIfAborted();
    if (!adopted) makeNodeFolder(localDir, label);
    this.#keeper.keep(label, dir, await this.#start(label, dir));
  }

  /** Watches again the runners of an earlier process of this service; the log decides about dead ones. */
  adopt(incarnation: string): number {
    const { localDir, installation } = this.#options;
    const labels = nodeFolders(localDir, installation).flatMap(({ dir }) => {
      const label = readLabel(dir);
      return label?.installation === installation && label.fence.incarnation === incarnation ? [{ label, dir }] : [];
    });
    for (const { label, dir } of labels) this.#keeper.keep(label, dir);
    return labels.length;
  }

  release(runId?: string, node?: string): Promise<void> {
    return this.#keeper.release(runId, node);
  }

  destroyNode(runId: string, node: string): Promise<string[]> {
    const { graceMs, runnerCommand, externalReleaseMs: timeoutMs } = this.#options;
    return destroyNode(this.#options, runId, node, graceMs, (dir) => {
      const label = readLabel(dir);
      if (label === undefined) return Promise.resolve([]);
      const environment = () => this.#environment(label, dir);
      return releaseExternal(dir, { runnerCommand, timeoutMs, environment });
    });
  }

  destroyRun(runId: string): Promise<void> {
    return destroyRun(this.#options, runId, this.#options.graceMs);
  }

  list(runId?: string): Promise<WorldItem[]> {
    return Promise.resolve(listWorld(this.#options, runId));
  }

  gaveUp(runId: string, signal: AbortSignal): Promise<Problem> {
    return this.#keeper.gaveUp(runId, signal);
  }

  tail(runId: string, node: string): Promise<string> {
    return Promise.resolve(this.#lastLines(runId, node));
  }

  #lastLines(runId: string, node: string): string {
    const dir = nodeDir(this.#options.localDir, runId, node);
    const text = [tailOf(join(dir, STDERR), 10), tailOf(join(dir, STDOUT), 5)].filter((part) => part !== '').join('\n');
    return runPasswords(this.#options.key, runId).reduce((shown, password) => shown.replaceAll(password, '***'), text);
  }

  /** @throws BenchbusError where a secret that the plan names is not there */
  #environment(label: NodeLabel, dir: string): Record<string, string> {
    const { runnerEnv, key, secretsDir } = this.#options;
    const credentials = runCredentials(key, label.run);
    const identity = { label, dir, databasePassword: databasePassword(key, label.run), credentials };
    const secrets = nodeSecrets(label.secretRefs ?? [], { env: process.env, dir: secretsDir });
    return { ...runnerEnvironment(process.env, runnerEnv, identity), ...secrets };
  }

  async #start(label: NodeLabel, dir: string) {
    const access = await runnerAccess(this.#options.runnerCode, label, dir);
    return spawnRunner(dir, this.#options.runnerCommand, { ...this.#environment(label, dir), ...access });
  }
}

async function requireFreePorts(node: PlannedNode): Promise<void> {
  for (const port of node.processes.flatMap((process) => Object.values(launchOf(process)?.ports ?? {}))) {
    const problem = await bindProblem(node.address, port);
    if (problem === undefined) continue;
    const by = portHolder(node.address, port) ?? `an unknown socket (${problem})`;
    throw new BenchbusError(addressInUse(node.name, node.address, port, by));
  }
}
