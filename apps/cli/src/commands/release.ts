import { BenchbusError } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { readHolds } from '../client/read-holds.ts';
import { requestRelease, waitForRelease } from '../client/release.ts';
import { decideRelease } from '../domain/decide-release.ts';
import { EXIT } from '../exit-codes.ts';
import { heldText } from '../render/hold-text.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { WaitFlags } from './options.ts';

export interface ReleaseArgs extends ServerOptions {
  readonly id: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Ends the keep time of a run, or of all runs of a suite; with `wait` until nothing of them is left. */
export const release: Run<ReleaseArgs> = async ({ id, wait, json, nats }, context) => {
  const interrupts = watchInterrupts();
  try {
    return await withBus(findConnection(nats, context.env), async (bus) => {
      const { suiteId, runId, runs } = await readHolds(bus, id);
      const plan = decideRelease(id, runs);
      if ('problem' in plan) {
        // Whoever waits until nothing is held is there already.
        if (!wait || plan.problem.code !== 'NOTHING_KEPT') throw new BenchbusError(plan.problem);
        context.out(
          json ? JSON.stringify({ ok: true, suiteId, runs: [] }) : `nothing is held: ${plan.problem.message}`,
        );
        return EXIT.success;
      }
      if (plan.kept.length > 0) await requestRelease(bus, suiteId, runId);
      const say = (text: string): void => (json ? undefined : context.out(text));
      for (const run of plan.kept) say(`${run.runId} (${run.outcome}) held ${heldText(run.held)}`);
      for (const run of plan.leaving)
        say(`${run.runId} (${run.outcome}) is being released since ${run.since}; it holds ${heldText(run.held)}`);
      for (const run of plan.open) say(`${run.runId} is not over, and goes on`);
      const affected = [...plan.kept, ...plan.leaving];
      const released = wait
        ? await Promise.all(affected.map((run) => waitForRelease(bus, run.runId, interrupts.first)))
        : [];
      if (json) {
        const of = affected.map((run, index) => ({
          runId: run.runId,
          outcome: run.outcome,
          was: run.state,
          held: run.held,
          ...(released[index] === undefined ? {} : { releasedAt: released[index] }),
        }));
        context.out(JSON.stringify({ ok: true, suiteId, runs: of }));
      } else if (wait) for (const run of affected) context.out(`${run.runId} is released`);
      else context.out(`asked to release ${id}; --wait waits until nothing of it is left`);
      return EXIT.success;
    });
  } finally {
    interrupts.dispose();
  }
};

export const register: Register = (program, act) => {
  const command = program
    .command('release <run-or-suite>')
    .description('end the keep time: give back the nodes of a run, or of all runs of a suite')
    .helpGroup(GROUP.acting)
    .option('--wait', 'wait until nothing of them is left')
    .action((id: string, { wait, json, nats }: WaitFlags) =>
      act(release, { id, wait: flag(wait), json: flag(json), nats }),
    );
  withJson(
    command,
    '{ok: true, suiteId, runs: [{runId, outcome, was: kept | leaving, held: {hostId?, cidr?, nodes: [{name, address}]}, releasedAt?}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['release quickstart-abc123-1-1', 'one kept run'],
    ['release quickstart-abc123 --wait', 'all of a suite; return when nothing is left'],
  );
};
