import { parseSubject, problemOfLetter, type DeadLetter, type EventLog, type ParkedLetter } from '@benchbus/events';
import { token } from '@benchbus/suites';
import { z } from 'zod';
import { failRun } from './fail-run.ts';

/** A fact that the reactor could not handle was parked: its runs fail, so that nobody waits for it for ever. */
export async function failParked(letter: ParkedLetter, log: EventLog): Promise<void> {
  for (const runId of await runsOf(letter, log)) await failRun(log, runId, problemOfLetter(letter));
}

/** The run a fact is about; of a suite's fact, all its runs. */
async function runsOf({ subject, body }: DeadLetter, log: EventLog): Promise<string[]> {
  const { aggregate, ids: [id] = [] } = parseSubject(subject) ?? {};
  if (id === undefined) return [];
  if (aggregate === 'artifact') return runOfArtifact(body);
  if (aggregate !== 'suite')
    return aggregate === 'run' || aggregate === 'network' || aggregate === 'deployment' ? [id] : [];
  const accepted = (await log.read(subject)).find((event) => event.name === 'SuiteAccepted');
  return accepted?.data.runs.map(({ runId }) => runId) ?? [];
}

/** An artifact's fact says it in its data, if that can be read. */
function runOfArtifact(body: Uint8Array): string[] {
  try {
    const data = z.object({ runId: token }).safeParse(JSON.parse(new TextDecoder().decode(body)));
    return data.success ? [data.data.runId] : [];
  } catch {
    return [];
  }
}
