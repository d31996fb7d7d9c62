import { subjects, type AnyRecorded, type EventBus } from '@benchbus/events';
import { viewRun, type RunView } from '../domain/run-view.ts';

/** Follows `evt.run.<runId>`. */
export interface RunWatch {
  /** Reads the log: what is true now, not what was heard of. */
  read(): Promise<RunView>;
  /** Calls back with every change from now on, and at once with what is known. Returns how to stop that. */
  onChange(listener: (view: RunView) => void): () => void;
  stop(): Promise<void>;
}

export async function watchRun(bus: EventBus, runId: string): Promise<RunWatch> {
  const subject = subjects.run(runId);
  const history: AnyRecorded[] = [];
  const listeners = new Set<(view: RunView) => void>();
  const following = await bus.log.follow({
    name: 'edge-runner-run',
    subjects: [subject],
    from: 'start',
    onEvent: (event) => {
      history.push(event);
      const view = viewRun(history);
      listeners.forEach((listener) => listener(view));
    },
  });
  return {
    read: async () => viewRun(await bus.log.read(subject)),
    onChange: (listener) => {
      listeners.add(listener);
      listener(viewRun(history));
      return () => listeners.delete(listener);
    },
    stop: () => following.stop(),
  };
}
