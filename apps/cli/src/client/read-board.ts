import type { AnyRecorded, EventBus } from '@benchbus/events';
import type { Board } from '../domain/board/board.ts';
import { BOARD_SUBJECTS, emptyBoard } from '../domain/board/board.ts';
import { evolveBoard } from '../domain/board/evolve.ts';

/** The board as the log has it now, kept up to date until it is stopped. */
export interface LiveBoard {
  readonly board: Board;
  stop(): Promise<void>;
}

/**
 * Folds the log from its start; returns when everything that is there was taken in. `onEvent` is called with every event
 * after that, when the board has it.
 */
export async function followBoard(bus: EventBus, onEvent?: (event: AnyRecorded) => void): Promise<LiveBoard> {
  const board = emptyBoard();
  const caughtUp = Promise.withResolvers<undefined>();
  let live = false;
  const following = await bus.log.follow({
    subjects: BOARD_SUBJECTS,
    from: 'start',
    onEvent: (event) => {
      evolveBoard(board, event);
      if (live) onEvent?.(event);
    },
    onCaughtUp: () => {
      live = true;
      caughtUp.resolve(undefined);
    },
  });
  await caughtUp.promise;
  return { board, stop: () => following.stop() };
}

export async function readBoard(bus: EventBus): Promise<Board> {
  const { board, stop } = await followBoard(bus);
  await stop();
  return board;
}
