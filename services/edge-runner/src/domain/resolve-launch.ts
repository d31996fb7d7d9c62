import { BenchbusError } from '@benchbus/events';
import { PlaceholderError, resolvePlaceholders, type Launch, type PlaceholderValues } from '@benchbus/suites';

/** A program with its arguments and environment, nothing left to fill in. */
export interface ResolvedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ResolvedFile {
  readonly path: string;
  readonly content: string;
  /** Octal: `0600`. */
  readonly mode: string;
  /** Something rewrites it later: where it is there already, it stays. */
  readonly rewritten: boolean;
  /** Only `prepare` reads it, and it may hold a secret: it goes when that is done. */
  readonly forPrepare: boolean;
}

/** A process's plan with the values of its machine and run. */
export interface ResolvedLaunch {
  readonly ports: Readonly<Record<string, number>>;
  readonly files: readonly ResolvedFile[];
  readonly prepare: readonly ResolvedCommand[];
  readonly run: ResolvedCommand | undefined;
  readonly afterStart: readonly ResolvedCommand[];
  readonly jobs: readonly { readonly schedule: string; readonly command: ResolvedCommand }[];
  readonly stopSignal: NodeJS.Signals;
}

/** Whether nothing but `prepare` names the file. */
function onlyForPrepare(path: string, launch: Launch): boolean {
  const name = `\${CONFIG_DIR}/${path}`;
  const { prepare = [], files, env, run, afterStart = [], jobs = [] } = launch;
  const named = (texts: readonly string[]) => texts.some((text) => text.includes(name));
  const later = [...(run ? [run] : []), ...afterStart, ...jobs.map(({ command }) => command)];
  const others = files.filter((file) => file.path !== path).map(({ content }) => content);
  const used = [...later.flatMap(({ args }) => args), ...others, ...Object.values(env)];
  return named(prepare.flatMap(({ args }) => args)) && !named(used);
}

/**
 * Fills in every template. Pure.
 * @param where the process, for errors
 * @throws BenchbusError PLACEHOLDER_UNKNOWN | PLACEHOLDER_MISSING | PLACEHOLDER_UNSAFE
 */
export function resolveLaunch(launch: Launch, values: PlaceholderValues, where: string): ResolvedLaunch {
  const fill = (template: string): string => {
    try {
      return resolvePlaceholders(template, values);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
      const hint = 'the plan and this runner are of different versions, or a secret of the suite is not configured';
      throw new BenchbusError({ code: error.code, message: error.message, where, hint });
    }
  };
  const env = Object.fromEntries(Object.entries(launch.env).map(([name, value]) => [name, fill(value)]));
  const command = ({ program, args }: { program: string; args: readonly string[] }): ResolvedCommand => ({
    ...{ program, env },
    args: args.map(fill),
  });
  return {
    ports: launch.ports,
    files: launch.files.map(({ path, content, mode, rewritten }) => ({
      ...{ path, mode },
      content: fill(content),
      rewritten: rewritten === true,
      forPrepare: onlyForPrepare(path, launch),
    })),
    prepare: (launch.prepare ?? []).map(command),
    run: launch.run && command(launch.run),
    afterStart: (launch.afterStart ?? []).map(command),
    jobs: (launch.jobs ?? []).map((job) => ({ schedule: job.schedule, command: command(job.command) })),
    stopSignal: launch.stopSignal,
  };
}
