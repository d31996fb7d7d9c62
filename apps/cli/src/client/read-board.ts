import { livingHosts, type AnyRecorded, type EventBus } from '@benchbus/events';
import type { Board } from '../domain/board/board.ts';
import { BOARD_SUBJECTS, emptyBoard } from '../domain/board/board.ts';
import { evolveBoard } from '../domain/board/evolve.ts';
import { followToEnd } from './follow-to-end.ts';
import { loadBoard, saveBoard } from './board-snapshot.ts';

/** A snapshot is written when reading without it took so many events. */
const WORTH_KEEPING = 200;

/** The board as the log has it now, kept up to date until it is stopped. */
export interface LiveBoard {
  readonly board: Board;
  stop(): Promise<void>;
}

/**
 * Folds the log, from the snapshot there is, else from its start; returns when everything that is there was taken in. `onEvent` is called with every event
 * after that, when the board has it.
 */
export async function followBoard(bus: EventBus, onEvent?: (event: AnyRecorded) => void): Promise<LiveBoard> {
  const kept = await loadBoard(bus);
  const board = kept?.board ?? emptyBoard();
  let sequence = kept?.sequence ?? 0;
  let folded = 0;
  let live = false;
  const following = await followToEnd(bus, {
    subjects: BOARD_SUBJECTS,
    from: sequence + 1,
    onEvent: (event) => {
      evolveBoard(board, event);
      sequence = event.sequence;
      folded += 1;
      if (live) onEvent?.(event);
    },
    onCaughtUp: async () => {
      if (folded >= WORTH_KEEPING) await saveBoard(bus, board, sequence);
      live = true;
    },
  });
  return { board, stop: () => following.stop() };
}

/** As it is now, with who lives. */
export async function readBoard(bus: EventBus): Promise<Board> {
  const { board, stop } = await followBoard(bus);
  await stop();
  board.living = await livingHosts(bus.liveness);
  return board;
}
