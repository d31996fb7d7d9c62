import {
  decodeEvent,
  subjectMatches,
  TypeTooNew,
  UnreadableMessage,
  type AnyRecorded,
  type EventBus,
} from '@benchbus/events';
import { BOARD_SUBJECTS, emptyBoard, type Board } from '../domain/board/board.ts';
import { evolveBoard } from '../domain/board/evolve.ts';
import { ProgressBar } from '../render/progress-bar.ts';
import { readStored } from './read-stored.ts';
import { stderrScreen } from './screen.ts';

export interface Folded {
  readonly board: Board;
  /** Of the last message that was read. */
  readonly sequence: number;
  readonly events: number;
}

/**
 * Folds the log from its first event, from nothing else, with a progress bar on a terminal. `take` is called with each event
 * after the board has it; false: no further.
 */
export async function foldLog(
  bus: EventBus,
  what: string,
  goesOn: (event: AnyRecorded) => boolean,
  take: (event: AnyRecorded, board: Board) => void = () => undefined,
): Promise<Folded> {
  const board = emptyBoard();
  const total = await bus.log.lastSequence();
  const bar = new ProgressBar(stderrScreen(), what);
  let sequence = 0;
  let events = 0;
  for await (const stored of readStored(bus.log)) {
    bar.show(stored.sequence, total);
    const event = readable(stored);
    if (event !== undefined) {
      if (!goesOn(event)) break;
      evolveBoard(board, event);
      take(event, board);
      events += 1;
    }
    sequence = stored.sequence;
  }
  bar.end();
  return { board, sequence, events };
}

/** Rubbish is no part of the state, nor what the board is not made of; `audit` reports it. @throws TypeTooNew */
function readable(stored: Parameters<typeof decodeEvent>[0]): AnyRecorded | undefined {
  try {
    return decodeEvent(stored);
  } catch (error) {
    if (error instanceof UnreadableMessage) return undefined;
    if (error instanceof TypeTooNew && !BOARD_SUBJECTS.some((filter) => subjectMatches(filter, error.subject)))
      return undefined;
    throw error;
  }
}
