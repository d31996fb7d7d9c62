import { BenchbusError } from '@benchbus/events';
import { launchOf, type CredentialName, type PlannedProcess, type SecretRef } from '@benchbus/suites';
import { resolveLaunch, type ResolvedLaunch } from '../domain/resolve-launch.ts';
import type { HostedProcess, ProcessHost } from '../runtime/host/process-host.ts';
import { placeOf } from './launch-context.ts';

/** A process of the node with its surroundings, and what is to be done there. */
export interface HostedLaunch {
  readonly planned: PlannedProcess;
  readonly hosted: HostedProcess;
  readonly launch: ResolvedLaunch;
}

export interface HostedLaunchContext {
  readonly node: { readonly name: string };
  readonly runId: string;
  readonly host: ProcessHost;
  readonly credential: (name: CredentialName) => string;
  /** An operator's secret; absent: this node has none. */
  readonly secret?: (ref: SecretRef) => string;
}

/**
 * @throws BenchbusError PLAN_TOO_OLD for a plan of before processes were planned with their launch, and as the host and
 *   `resolveLaunch` do
 */
export async function hostLaunch(context: HostedLaunchContext, planned: PlannedProcess): Promise<HostedLaunch> {
  const { node, runId, host, credential, secret } = context;
  const launch = launchOf(planned);
  if (launch === undefined)
    throw new BenchbusError({
      code: 'PLAN_TOO_OLD',
      message: `the plan does not say how ${planned.kind} is started`,
      where: placeOf(node.name, planned.kind),
      hint: 'it was made by an older version of benchbus: start the suite again',
    });
  const hosted = await host.process(planned);
  const { dataDir, configDir, runDir, binDir } = hosted.place;
  const facts = { DATA_DIR: dataDir, CONFIG_DIR: configDir, RUN_DIR: runDir, RUN_ID: runId };
  const values = {
    facts: binDir === undefined ? facts : { ...facts, BIN_DIR: binDir },
    configOf: (name: string, kind: PlannedProcess['kind']) => host.configDir(name, kind),
    credential,
    ...(secret === undefined ? {} : { secret }),
  };
  return { planned, hosted, launch: resolveLaunch(launch, values, placeOf(node.name, planned.kind)) };
}
