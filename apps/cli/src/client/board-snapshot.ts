import type { EventBus } from '@benchbus/events';
import type { Board } from '../domain/board/board.ts';
import { BOARD_VERSION, freezeBoard, thawBoard } from '../domain/board/snapshot.ts';

const NAME = 'board';

/** The projection of suites, runs, leases and pools, as it was kept; undefined: it has to be folded from the start. */
export async function loadBoard(bus: EventBus): Promise<{ board: Board; sequence: number } | undefined> {
  const found = await bus.snapshots.load(NAME, BOARD_VERSION);
  const board = found && thawBoard(found.state);
  return board && { board, sequence: found.sequence };
}

export const saveBoard = (bus: EventBus, board: Board, sequence: number): Promise<boolean> =>
  bus.snapshots.save(NAME, BOARD_VERSION, { sequence, state: freezeBoard(board) });
