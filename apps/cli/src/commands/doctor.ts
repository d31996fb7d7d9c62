import type { Check, Finding } from '../doctor/check.ts';
import { installation } from '../doctor/installation-check.ts';
import { leftovers } from '../doctor/leftovers-check.ts';
import { localProgram, loopback, natsServer, nodeVersion, openFiles, valkey } from '../doctor/machine-checks.ts';
import { hatchetReachable } from '../doctor/hatchet-check.ts';
import { natsReachable } from '../doctor/server-checks.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../render/format.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

const MARKS = {
  ok: ['green', 'ok'],
  warn: ['yellow', 'warn'],
  fail: ['red', 'fail'],
  unreachable: ['red', 'fail'],
} as const;

/** 3 if a configured server does not answer, else 1 if something is missing, else 0. */
export function exitCodeOfFindings(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ status }) => status === 'unreachable')) return EXIT.unreachable;
  return findings.some(({ status }) => status === 'fail') ? EXIT.failed : EXIT.success;
}

/** Checks what this machine and the servers offer, and says what to do about what is missing. */
export const doctor: Run<ServerOptions & { json: boolean }> = async ({ json, nats }, { env, out, paint }) => {
  const checks: readonly Check[] = [
    nodeVersion,
    natsServer(env),
    natsReachable(nats, env),
    hatchetReachable(env),
    valkey(env),
    localProgram('postgres', 'PostgreSQL', env),
    localProgram('pgbench', 'pgbench', env),
    localProgram('flock', 'flock', env),
    loopback,
    openFiles,
    installation(nats, env),
    leftovers(nats, env),
  ];
  const findings = (await Promise.all(checks.map((check) => check()))).flat();
  const exitCode = exitCodeOfFindings(findings);
  if (json) {
    out(JSON.stringify({ ok: exitCode === EXIT.success, checks: findings }));
    return exitCode;
  }
  const rows = table(
    findings.map(({ name, found, code }) => [name, code === undefined ? found : `${found} [${code}]`]),
  );
  for (const [index, { status, hint }] of findings.entries()) {
    const [colour, mark] = MARKS[status];
    out(`${paint(colour, mark.padEnd(4))}  ${rows[index] ?? ''}`);
    if (hint && status !== 'ok') out(`      → ${hint}`);
  }
  return exitCode;
};

export const register: Register = (program, act) => {
  const command = program
    .command('doctor')
    .description('check what this machine and the servers offer')
    .helpGroup(GROUP.stack)
    .action(({ json, nats }: { json?: boolean; nats?: string }) => act(doctor, { json: flag(json), nats }));
  withJson(command, '{ok, checks: [{name, status: "ok" | "warn" | "fail" | "unreachable", found, code?, hint?}]}');
  withNats(command);
  withExamples(
    command,
    ['doctor', 'what is there, what is missing, what to do'],
    ['doctor --nats nats://bench.example.org:4222', 'the same with the servers of another installation'],
  );
};
