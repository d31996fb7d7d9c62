import { createHash } from 'node:crypto';
import { recordedLog } from '@benchbus/audit/testing';
import { decodeEvent } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { describe, expect, it, vi } from 'vitest';
import { saveBoard } from '../../client/board-snapshot.ts';
import { readBoard } from '../../client/read-board.ts';
import { boardLog } from '../../testing/board-log.ts';
import type { Board } from './board.ts';
import { evolveBoard, foldBoard } from './evolve.ts';
import { BOARD_VERSION, freezeBoard, thawBoard } from './snapshot.ts';

const events = recordedLog().map(decodeEvent);
const kept = (board: Board) => thawBoard(JSON.parse(JSON.stringify(freezeBoard(board))));

describe('a snapshot of the board', () => {
  it('taken after any event, and gone on from, comes to what folding from the start does', () => {
    const whole = foldBoard(events);
    for (let at = 0; at <= events.length; at += 7) {
      const board = kept(foldBoard(events.slice(0, at)));
      if (board === undefined) throw new Error('the snapshot is none');
      for (const event of events.slice(at)) evolveBoard(board, event);
      expect(board).toEqual(whole);
    }
  });

  it('has another version when the fold comes to something else: raise BOARD_VERSION, and note the new sum here', () => {
    const sum = createHash('sha256')
      .update(JSON.stringify(freezeBoard(foldBoard(events))))
      .digest('hex')
      .slice(0, 16);
    expect({ version: BOARD_VERSION, sum }).toEqual({ version: 5, sum: 'c811b7379d7ffcf6' });
  });

  it('of anything else is none', () => expect(thawBoard({ suites: 7 })).toBeUndefined());

  it('saves reading what is in it', async () => {
    const bus = createMemoryBus();
    const log = boardLog();
    log.host('h1');
    log.suite('s1', 3);
    for (const { name, subject, data, id } of log.events) {
      const draft = { name, subject, data, cause: id, correlation: 's1' } as Parameters<typeof bus.log.append>[0];
      await bus.log.append(draft, (await bus.log.read(subject)).at(-1)?.sequence ?? 0);
    }
    const whole = await readBoard(bus);
    await saveBoard(bus, whole, await bus.log.lastSequence());
    const follow = vi.spyOn(bus.log, 'follow');
    expect(await readBoard(bus)).toEqual(whole);
    expect(follow.mock.calls[0]?.[0].from).toBe(log.events.length + 1);
    await bus.close();
  });
});
