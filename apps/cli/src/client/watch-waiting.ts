import { followHosts, type EventBus } from '@benchbus/events';
import type { Board } from '../domain/board/board.ts';
import type { Waiting } from '../domain/board/why-waiting.ts';
import { whyWaiting } from '../domain/board/why-waiting.ts';
import { followBoard } from './read-board.ts';

export type OnWaiting = (runId: string, waiting: Waiting | undefined) => void;

/** Runs of a suite that are worth a question: those that ask for a host, and the next in its own queue. */
function candidates(board: Board, suiteId: string) {
  const runs = board.suites.get(suiteId)?.runs ?? [];
  const next = runs.find(({ phase }) => phase === 'queued');
  return runs.filter((run) => run.phase === 'network' || run === next);
}

/** Tells why runs of a suite wait, at first and whenever the reason changes: what other suites do is part of it. */
export async function watchWaiting(
  bus: EventBus,
  suiteId: string,
  onWaiting: OnWaiting,
): Promise<{ stop(): Promise<void> }> {
  const told = new Map<string, string>();
  const look = (board: Board): void => {
    const now = new Map(candidates(board, suiteId).map((run) => [run.runId, whyWaiting(board, run)]));
    for (const runId of new Set([...told.keys(), ...now.keys()])) {
      const waiting = now.get(runId);
      if (told.get(runId) === waiting?.reason) continue;
      if (waiting) told.set(runId, waiting.reason);
      else told.delete(runId);
      onWaiting(runId, waiting);
    }
  };
  const { board, stop } = await followBoard(bus, () => look(board));
  const hosts = await followHosts(bus.liveness, (living) => {
    board.living = living;
    look(board);
  });
  return { stop: async () => void (await Promise.all([hosts.stop(), stop()])) };
}
