import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findByEnvironment, nameOf, signalProcess, waitForDeath } from '@benchbus/processes';
import { findProgram } from '@benchbus/service/testing';
import { launchOf, planDeployment, resolvePlaceholders } from '@benchbus/suites';
import type { Command, Plan, ProcessKind, Test } from '@benchbus/suites';
import { awaitMilestone } from '../probes/index.ts';
import type { ProbeWorld } from '../probes/index.ts';
import { planned } from '../probes/planned.ts';
import { findBinaries } from '../runtime/postgres/index.ts';
import { makeOwnedDir, writeWhole } from '../runtime/process/files.ts';
import { resolveLocalUser } from '../runtime/process/local-user.ts';
import type { LocalUser } from '../runtime/process/local-user.ts';

const byte = () => 1 + Math.floor(Math.random() * 250);
/** As Debian calls them. */
const ALIASES: Readonly<Record<string, string>> = {
  node_exporter: 'prometheus-node-exporter',
  postgres_exporter: 'prometheus-postgres-exporter',
};
const LABEL = 'BENCHBUS_TEST_STAGE';
const PROCESS = 'BENCHBUS_TEST_PROCESS';

/** The file of a program of a plan; undefined where the machine has none. */
export const programFile = (name: string, bin = '/usr/bin'): string | undefined =>
  findProgram([name, ...(ALIASES[name] === undefined ? [] : [ALIASES[name]])], [bin, '/usr/sbin']);

/** A topology's plan on loopback addresses of its own, its processes started one by one as the plan says. */
export class Stage {
  readonly plan: Plan;
  readonly dir: string;
  readonly #bin: string;
  readonly #user: LocalUser;
  readonly #children: ChildProcess[] = [];

  private constructor(plan: Plan, dir: string, bin: string, user: LocalUser) {
    this.plan = plan;
    this.dir = dir;
    this.#bin = bin;
    this.#user = user;
  }

  static async of(test: Test): Promise<Stage> {
    const planned = planDeployment({
      test,
      settings: { hardwarePolicy: 'clamp', target: 'local' },
      cidr: `127.66.${byte()}.0/24`,
      host: { cores: 64, memoryBytes: 2 ** 40 },
    });
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    const dir = await mkdtemp(join(tmpdir(), 'benchbus-stage-'));
    await chmod(dir, 0o711);
    const bin = await findBinaries({ version: 'installed', programs: ['postgres', 'initdb', 'psql'] });
    const user = await resolveLocalUser(undefined);
    return new Stage(planned.plan, dir, bin, user);
  }

  world(more: Partial<ProbeWorld> = {}): ProbeWorld {
    const credential = (name: string) => `${name.replaceAll('-', '')}secret`;
    return { plan: this.plan, credential, signal: new AbortController().signal, timeoutMs: 5_000, ...more };
  }

  folder(node: string, kind: ProcessKind, which: 'data' | 'config' | 'run'): string {
    return join(this.dir, node, kind, which);
  }

  /** A template of a process with its values. */
  fill(node: string, kind: ProcessKind, template: string): string {
    const of = (which: 'data' | 'config' | 'run') => this.folder(node, kind, which);
    const [DATA_DIR, CONFIG_DIR, RUN_DIR] = [of('data'), of('config'), of('run')];
    return resolvePlaceholders(template, {
      facts: { DATA_DIR, CONFIG_DIR, RUN_DIR, BIN_DIR: this.#bin, RUN_ID: 'probes' },
      configOf: (other, process) => this.folder(other, process, 'config'),
      credential: this.world().credential,
    });
  }

  /** Folders and files. */
  async write(node: string, kind: ProcessKind): Promise<void> {
    await makeOwnedDir(join(this.dir, node), this.#user);
    await makeOwnedDir(join(this.dir, node, kind), this.#user);
    for (const which of ['config', 'run'] as const) await makeOwnedDir(this.folder(node, kind, which), this.#user);
    for (const { path, content, mode } of launchOf(planned(this.plan, node, kind).process)?.files ?? [])
      await writeWhole(
        join(this.folder(node, kind, 'config'), path),
        this.fill(node, kind, content),
        parseInt(mode, 8),
        this.#user,
      );
  }

  /** Starts a command of the plan; what it prints goes to a file, whose end a failure quotes. */
  async launch(
    node: string,
    kind: ProcessKind,
    { program, args }: Command,
    env: NodeJS.ProcessEnv = {},
  ): Promise<ChildProcess> {
    const file = programFile(program, this.#bin);
    if (file === undefined) throw new Error(`${program} is not installed`);
    const templates = launchOf(planned(this.plan, node, kind).process)?.env ?? {};
    const own = Object.entries(templates).map(([name, value]) => [name, this.fill(node, kind, value)]);
    const log = await open(join(this.dir, `${node}-${kind}.log`), 'a');
    const child = spawn(
      file,
      args.map((arg) => this.fill(node, kind, arg)),
      {
        env: {
          PATH: `${this.#bin}:${process.env['PATH']}`,
          LC_ALL: 'C.UTF-8',
          [LABEL]: this.dir,
          [PROCESS]: `${node}/${kind}`,
          ...Object.fromEntries(own),
          ...env,
        },
        cwd: '/',
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
        ...this.#user.ids,
      },
    );
    await once(child, 'spawn');
    await log.close();
    this.#children.push(child);
    return child;
  }

  /** A command to its end. */
  async run(node: string, kind: ProcessKind, command: Command): Promise<void> {
    const child = await this.launch(node, kind, command);
    if (child.exitCode === null) await once(child, 'exit');
    if (child.exitCode !== 0) throw new Error(`${command.program}: ${await this.log(node, kind)}`);
  }

  log = (node: string, kind: ProcessKind): Promise<string> => readFile(join(this.dir, `${node}-${kind}.log`), 'utf8');

  /** Files and `prepare`. */
  async prepare(node: string, kind: ProcessKind): Promise<void> {
    await this.write(node, kind);
    for (const command of launchOf(planned(this.plan, node, kind).process)?.prepare ?? [])
      await this.run(node, kind, command);
  }

  /** The process itself, prepared before. */
  async start(node: string, kind: ProcessKind): Promise<ChildProcess> {
    const run = launchOf(planned(this.plan, node, kind).process)?.run;
    if (run === undefined) throw new Error(`${kind} runs nothing`);
    return this.launch(node, kind, run);
  }

  async afterStart(node: string, kind: ProcessKind): Promise<void> {
    for (const command of launchOf(planned(this.plan, node, kind).process)?.afterStart ?? [])
      await this.run(node, kind, command);
  }

  async up(node: string, kind: ProcessKind): Promise<void> {
    await this.prepare(node, kind);
    await this.start(node, kind);
  }

  /** Until a milestone is reached, at most a minute. */
  until = (node: string, process: ProcessKind, until: Parameters<typeof awaitMilestone>[0]['until']): Promise<void> =>
    awaitMilestone({ node, process, until }, this.world(), { intervalMs: 50, deadline: Date.now() + 60_000 });

  /** A process and its server die as a machine does; no shared memory stays. */
  async kill(node: string, kind: ProcessKind): Promise<void> {
    await this.#end({ [LABEL]: this.dir, [PROCESS]: `${node}/${kind}` });
  }

  /** Ends everything at once, servers by immediate shutdown, so that no shared memory stays. */
  async dispose(): Promise<void> {
    await this.#end({ [LABEL]: this.dir });
    await rm(this.dir, { recursive: true, force: true });
  }

  async #end(labels: Readonly<Record<string, string>>): Promise<void> {
    for (const servers of [false, true]) {
      const some = findByEnvironment(labels).filter(({ pid }) => (nameOf(pid) === 'postgres') === servers);
      for (const one of some) signalProcess(one, servers ? 'SIGQUIT' : 'SIGKILL');
      const stubborn = await waitForDeath(some, 10_000);
      for (const one of stubborn) signalProcess(one, 'SIGKILL');
    }
  }
}
