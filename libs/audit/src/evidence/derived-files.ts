import { definitionOfType, type AnyRecorded } from '@benchbus/events';
import { launchOf } from '@benchbus/suites';
import { z } from 'zod';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The schema of each type of event, so that the events can be read without this program. */
function schemas(events: readonly AnyRecorded[]): [string, string][] {
  const types = [...new Set(events.map(({ type }) => type))].sort();
  return types.flatMap((type) => {
    const found = definitionOfType(type);
    if (found.kind === 'unknown') return [];
    const { name, documentation, data } = found.definition;
    const schema = {
      title: name,
      description: documentation.what,
      ...z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' }),
    };
    return [[`schemas/${type}.json`, json(schema)]] as [string, string][];
  });
}

/** What each run was: its test, and every file that was rendered for its processes. */
function configurations(events: readonly AnyRecorded[]): [string, string][] {
  return events.flatMap((event): [string, string][] => {
    if (event.name === 'SuiteAccepted') return [['suite.json', json(event.data.suite)]];
    if (event.name !== 'PlacementPlanned') return [];
    const folder = `configurations/${event.subject.slice('evt.deployment.'.length)}/attempt-${event.data.attempt}`;
    const files = event.data.plan.nodes.flatMap((node) =>
      node.processes.flatMap((process) =>
        (launchOf(process)?.files ?? []).map(({ path, content }): [string, string] => [
          `${folder}/${node.name}/${process.kind}/${path}`,
          content,
        ]),
      ),
    );
    return [[`${folder}/plan.json`, json(event.data.plan)], ...files];
  });
}

/** Versions of everything that took part, as the log has them. */
function versions(events: readonly AnyRecorded[]): string {
  const hosts: Record<string, unknown> = {};
  const nodes: Record<string, Record<string, string>> = {};
  const runs: Record<string, unknown> = {};
  for (const event of events) {
    const id = event.subject.split('.').slice(2).join('/');
    if (event.name === 'HostAnnounced') hosts[id] = event.data.versions;
    if (event.name === 'EdgeRunnerReady') nodes[id] = { ...nodes[id], runner: event.data.version };
    if (event.name === 'DatabaseReady') nodes[id] = { ...nodes[id], server: event.data.serverVersion };
    if (event.name !== 'RunCompleted') continue;
    const { tool, toolVersion, serverVersion } = event.data.summary;
    runs[id] = { tool, toolVersion, serverVersion };
  }
  return json({ hosts, nodes, runs });
}

/** Files of an evidence that follow from its events: for people who look in, and compared when it is verified. */
export const derivedFiles = (events: readonly AnyRecorded[]): ReadonlyMap<string, string> =>
  new Map([...schemas(events), ...configurations(events), ['versions.json', versions(events)]]);

/** What an unpacked evidence says of itself. */
export const readme = (suiteId: string): string => `Evidence of the benchbus suite ${suiteId}.

manifest.json      what is in here, with checksums
events.ndjson      every event of the suite's aggregates and of those it shares, as the log holds them
checkpoints/       the signed checkpoints up to the suite's end; keys/ the public keys beside them
schemas/           the schema of each type of event
suite.json, configurations/, versions.json   what was run, as the events say
artifacts/         what the runs left, the load tool's raw output among it

benchbus audit verify FILE [--trust PUBLIC-KEY.pem]
verifies all of it without a server, and computes the headline numbers again from the raw output.
`;
