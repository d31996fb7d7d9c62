import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { findByEnvironment, groupMembers, signalGroup, signalProcess, statOf, waitForDeath } from '@benchbus/processes';
import { lockIdOf, redact, terraformProblem, terraformTimeout } from './domain/problems.ts';
import type { Diagnostic, TerraformEvent } from './domain/stream.ts';
import { errorsOf } from './domain/stream.ts';
import { runTerraform } from './run-terraform.ts';
import type { TerraformOutcome } from './run-terraform.ts';

export interface TerraformOptions {
  readonly program: string;
  /** Of terraform, with the keys: the process environment is the only place where they are. */
  readonly env: Readonly<Record<string, string>>;
  /** What may never leave this service in a text. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly graceMs: number;
  /** `<installation>/<run>` stands in the environment of everything that terraform starts for it. */
  readonly installation: string;
}

/** In the environment of terraform and its providers; a killed provisioner leaves them behind. */
export const TERRAFORM_LABEL = 'BENCHBUS_TERRAFORM';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onEvent?: ((event: TerraformEvent) => void) | undefined;
  /** An outcome with errors is returned, not thrown. */
  readonly tolerant?: boolean;
}

/** A folder in which terraform works for one run: the module, its variables, its backend. Temporary. */
export class Workspace {
  readonly dir: string;
  readonly #options: TerraformOptions;
  readonly #label: string;

  constructor(options: TerraformOptions, dir: string, runId: string) {
    this.#options = options;
    this.dir = dir;
    this.#label = `${options.installation}/${runId}`;
  }

  /** Begins anew: whatever was left in the folder goes. @param backend undefined: no state is kept */
  async open(
    module: string,
    variables: object,
    backend: Readonly<Record<string, unknown>> | undefined,
    bounds: Pick<CallOptions, 'signal' | 'timeoutMs'> = {},
  ): Promise<void> {
    this.close();
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    cpSync(module, this.dir, { recursive: true });
    const write = (name: string, content: unknown) =>
      writeFileSync(join(this.dir, name), JSON.stringify(content), { mode: 0o600 });
    if (backend !== undefined) write('backend.tf.json', { terraform: { backend } });
    write('terraform.tfvars.json', variables);
    await this.call('preparing terraform', ['init', '-input=false', '-json'], bounds);
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * One call of terraform. @param doing for people: `making the machines`
   * @throws BenchbusError TERRAFORM_TIMEOUT, and what its errors mean; the signal's reason
   */
  async call(doing: string, args: readonly string[], options: CallOptions = {}): Promise<TerraformOutcome> {
    const { program, env, graceMs } = this.#options;
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const labelled = { ...env, [TERRAFORM_LABEL]: this.#label };
    const { signal, onEvent } = options;
    const outcome = await runTerraform({
      program,
      args,
      cwd: this.dir,
      env: labelled,
      timeoutMs,
      graceMs,
      signal,
      onEvent,
    });
    if (outcome.stopped === 'signal') signal?.throwIfAborted();
    if (outcome.stopped === 'timeout') throw new BenchbusError(terraformTimeout(doing, timeoutMs));
    if (outcome.status === 0 || options.tolerant === true) return outcome;
    throw new TerraformFailed(this.problemOf(outcome), errorsOf(outcome.events));
  }

  problemOf({ events, stderr, stdout, status }: TerraformOutcome) {
    // Before anything is cut off: of a secret that is cut in two, what is left would stand there.
    const hide = (text: string) => redact(text, this.#options.secrets);
    const said = errorsOf(events).map((error) => ({
      ...error,
      summary: hide(error.summary),
      detail: hide(error.detail),
    }));
    // Before its JSON begins, and where a command knows no JSON.
    const unread = stdout.split('\n').filter((line) => !line.startsWith('{'));
    const plain = hide(stderr.trim() || unread.join('\n').trim()).slice(-2_000);
    const errors = said.length > 0 || plain === '' ? said : [plainError(plain)];
    const problem = terraformProblem(errors, (address) => /\["([^"]+)"\]$/.exec(address)?.[1]);
    const killed =
      status === undefined && said.length === 0 ? { code: 'TERRAFORM_FAILED', message: 'terraform was killed' } : {};
    return { ...problem, ...killed };
  }

  /** Ends what an earlier process left working for this run: first as terraform likes it, so that its state is written. */
  async endStrays(): Promise<number> {
    const strays = findByEnvironment({ [TERRAFORM_LABEL]: this.#label });
    const leaders = strays.filter(({ pid }) => statOf(pid)?.group === pid);
    for (const leader of leaders) signalProcess(leader, 'SIGINT');
    await waitForDeath(leaders, this.#options.graceMs);
    for (const { pid } of leaders) if (groupMembers(pid).length > 0) signalGroup(pid, 'SIGKILL');
    // Providers whose terraform is gone.
    const left = findByEnvironment({ [TERRAFORM_LABEL]: this.#label });
    for (const one of left) signalProcess(one, 'SIGKILL');
    await waitForDeath([...leaders, ...left], 5_000);
    return strays.length;
  }
}

const plainError = (text: string): Diagnostic => ({
  kind: 'diagnostic',
  severity: 'error',
  summary: text.replace(/[│╷╵]/g, '').trim(),
  detail: '',
  address: undefined,
});

/** terraform's errors, as they were, beside the problem they amount to. */
export class TerraformFailed extends BenchbusError {
  readonly lockId: string | undefined;
  constructor(problem: ConstructorParameters<typeof BenchbusError>[0], errors: readonly Diagnostic[]) {
    super(problem);
    this.lockId = lockIdOf([...errors, plainError(problem.message)]);
  }
}
