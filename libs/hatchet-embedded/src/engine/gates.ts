import { decideGroup, type Strategy } from '../domain/concurrency.ts';
import { concurrencyKey } from '../domain/concurrency-key.ts';
import type { Run } from '../domain/run.ts';
import type { ConcurrencyRule } from '../domain/workflow.ts';
import { parseMetadata } from '../store/run-query.ts';
import type { Core, Tx } from './core.ts';
import { cancelRun, failWithoutRetry, makeReady } from './transitions.ts';

/** Puts a queued run before the rule at `position` of its chain, or on to the workers when the chain ends. */
export function enterGate(core: Core, tx: Tx, run: Run, position: number): void {
  const rule = core.workflows.version(run.versionId).definition.task.concurrency[position];
  if (!rule) {
    makeReady(core, tx, run.id);
    return;
  }
  const result = concurrencyKey(rule.expression, {
    input: JSON.parse(run.inputJson) as unknown,
    additionalMetadata: parseMetadata(run.metadataJson),
    runId: run.id,
  });
  if ('error' in result) {
    failWithoutRetry(core, tx, run, result.error);
    return;
  }
  const groupId = encodeGroup(run.workflowId, position, rule, result.key);
  core.gates.enter(run.id, position, groupId);
  tx.dirtyGroups.add(groupId);
}

/** Decides all groups that changed, until nothing changes any more. */
export function settleGroups(core: Core, tx: Tx): void {
  for (;;) {
    const [groupId] = tx.dirtyGroups;
    if (groupId === undefined) return;
    tx.dirtyGroups.delete(groupId);
    const { strategy, maxRuns } = decodeGroup(groupId);
    const decision = decideGroup(strategy, maxRuns, core.gates.members(groupId));
    for (const runId of decision.cancel) cancelRun(core, tx, runId, 'Cancelled due to concurrency strategy');
    for (const runId of decision.admit) {
      const admitted = core.gates.admit(runId, groupId);
      const run = core.runs.get(runId);
      if (admitted && run) enterGate(core, tx, run, admitted.position + 1);
    }
  }
}

/** The id carries the rule, so that a group can be decided without its members' versions. */
function encodeGroup(workflowId: string, position: number, rule: ConcurrencyRule, key: string): string {
  return JSON.stringify([rule.strategy, rule.maxRuns, workflowId, position, rule.expression, key]);
}

function decodeGroup(groupId: string): { strategy: Strategy; maxRuns: number } {
  const [strategy, maxRuns] = JSON.parse(groupId) as [Strategy, number];
  return { strategy, maxRuns };
}
