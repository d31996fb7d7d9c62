import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import { vi } from 'vitest';

/** How the engine is reached. */
export interface EngineAddress {
  readonly token: string;
  readonly grpcAddress: string;
  readonly restUrl: string;
}

interface Task {
  readonly id: string;
  readonly status: string;
  readonly workflow: string;
  readonly node: string | undefined;
}

/** An engine can tell nobody what it did: its REST interface is asked until it shows it. */
const SHOWN_WITHIN = { timeout: 60_000, interval: 200 };

/** What a person sees and does in the engine's dashboard. Absent address: the engine of HATCHET_CLIENT_*. */
export function dashboard(address: EngineAddress | undefined) {
  const client = HatchetClient.init({
    log_level: 'OFF',
    ...(address && {
      token: address.token,
      host_port: address.grpcAddress,
      api_url: address.restUrl,
      tls_config: { tls_strategy: 'none' as const },
    }),
  });
  const tasksOf = async (runId: string): Promise<Task[]> => {
    const additionalMetadata = { run: runId };
    const { rows } = await client.runs.list({ onlyTasks: false, since: new Date(0), limit: 100, additionalMetadata });
    return rows.map((row) => ({
      id: row.metadata.id,
      status: String(row.status),
      workflow: row.workflowName ?? '',
      node: (row.additionalMetadata as { node?: string } | undefined)?.node,
    }));
  };
  return {
    tasksOf,
    /** Cancels the run's task of this workflow that is alive, once it is shown. Returns its id. */
    async cancel(runId: string, workflow: string, node?: string): Promise<string> {
      const task = await vi.waitFor(async () => {
        const found = (await tasksOf(runId)).find(
          (one) => one.workflow === workflow && one.node === node && /QUEUED|RUNNING/.test(one.status),
        );
        if (!found) throw new Error(`the engine shows no ${workflow} of ${runId} that is alive`);
        return found;
      }, SHOWN_WITHIN);
      await client.runs.cancel({ ids: [task.id] });
      return task.id;
    },
  };
}
