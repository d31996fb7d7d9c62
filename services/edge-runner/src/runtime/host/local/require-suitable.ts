import { BenchbusError } from '@benchbus/events';
import { runProgram } from '../../process/run-program.ts';

interface Suitable {
  /** What its `--help` has to speak of. */
  readonly option: string;
  readonly why: string;
  readonly hint: string;
}

/** Programs of whose name another one is packaged. */
const SUITABLE: Readonly<Record<string, Suitable>> = {
  pgbouncer_exporter: {
    option: '--web.listen-address',
    why: 'it is not the exporter of prometheus-community but another one of that name (Debian 12: version 1.7), which fails on every PgBouncer since 1.8 for want of the column total_requests',
    hint: "put prometheus-community's pgbouncer_exporter on the PATH (Debian 13 packages it as prometheus-pgbouncer-exporter), use target: docker, or take pgbouncer.monitor out of the suite",
  },
};

/**
 * Refuses a program that cannot do what is planned, before anything is made.
 * @param file where it was found
 * @throws BenchbusError PROGRAM_UNSUITABLE
 */
export async function requireSuitable(program: string, file: string): Promise<void> {
  const suitable = SUITABLE[program];
  if (suitable === undefined) return;
  const { stdout, stderr } = await runProgram({ argv: [file, '--help'], timeoutMs: 30_000 });
  if (`${stdout}${stderr}`.includes(suitable.option)) return;
  throw new BenchbusError({
    code: 'PROGRAM_UNSUITABLE',
    message: `${file} cannot serve as ${program}: ${suitable.why}`,
    where: program,
    hint: suitable.hint,
  });
}
