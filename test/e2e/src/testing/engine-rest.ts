import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onExternalEngine } from './test-engine.ts';

/** A task as the dashboard's list shows it. */
export interface ListedTask {
  readonly taskExternalId: string;
  readonly workflowName: string;
  readonly status: string;
  readonly additionalMetadata: Readonly<Record<string, string>>;
}

interface Address {
  readonly token: string;
  readonly restUrl: string;
}

function addressOf(stateDir: string): Address {
  if (onExternalEngine) {
    const { HATCHET_CLIENT_TOKEN: token = '', HATCHET_CLIENT_API_URL, HATCHET_CLIENT_SERVER_URL } = process.env;
    return { token, restUrl: HATCHET_CLIENT_SERVER_URL || HATCHET_CLIENT_API_URL || claims(token)['server_url'] || '' };
  }
  return (JSON.parse(readFileSync(join(stateDir, 'run/stack.json'), 'utf8')) as { hatchet: Address }).hatchet;
}

const claims = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>;

/** What a person sees of an installation's engine in its dashboard, by the same requests. */
export function engineRest(stateDir: string) {
  const { token, restUrl } = addressOf(stateDir);
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(new URL(path, restUrl), { headers, ...post });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const get = <Row = Record<string, unknown>>(path: string) => ask(path) as Promise<{ rows: Row[] }>;
  const tenant = `/api/v1/stable/tenants/${claims(token)['sub'] ?? ''}`;
  const runs = `${tenant}/workflow-runs`;
  return {
    token,
    /** Tasks that carry this pair of metadata, oldest first. */
    tasks: async (key: string, value: string): Promise<ListedTask[]> => {
      const filter = `since=1970-01-01T00:00:00Z&only_tasks=true&limit=100&additional_metadata=${key}:${value}`;
      return (await get<ListedTask>(`${runs}?${filter}`)).rows.toReversed();
    },
    /** Cancels what carries this pair of metadata; returns how many that are. */
    cancel: async (key: string, value: string): Promise<number> => {
      const filter = { since: new Date(0).toISOString(), additionalMetadata: [`${key}:${value}`] };
      return ((await ask(`${tenant}/tasks/cancel`, { filter })) as { ids: string[] }).ids.length;
    },
    logs: async (task: string): Promise<string[]> =>
      (await get(`/api/v1/stable/tasks/${task}/logs`)).rows.map(({ message }) => String(message)),
    // A real engine lists none where no page is asked for.
    events: async (task: string): Promise<string[]> =>
      (await get(`/api/v1/stable/tasks/${task}/task-events?limit=100&offset=0`)).rows.map(({ eventType }) =>
        String(eventType),
      ),
  };
}
