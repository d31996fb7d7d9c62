import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { emptyBoard } from './board.ts';
import { evolveBoard } from './evolve.ts';
import { freezeBoard } from './snapshot.ts';
import { listSuites, overviewOf } from './views.ts';

test.each(recordedLogs())('what `list` and `status` show of %s is what it was, after every event', (_, events) => {
  const board = emptyBoard();
  const steps = events.map((event) => {
    evolveBoard(board, event);
    const now = Date.parse(event.time);
    const suites = listSuites(board, { now, limit: 100 }).map(
      ({ suiteId, state, counts }) => `${suiteId} ${state} ${counts.done}+${counts.failed}/${counts.total}`,
    );
    const { hosts, blocks, kept, overdue } = overviewOf(board, now);
    const used = hosts.map(({ hostname, cores }) => `${hostname}: ${cores.used}/${cores.total}`);
    const held = `${blocks.length} blocks, ${kept.length} kept, ${overdue.length} overdue`;
    const phases = [...board.runs.values()].map(({ runId, phase, outcome }) => `${runId} ${phase} ${outcome ?? ''}`);
    return [`${event.sequence} ${event.name}`, ...suites, ...used, held, ...phases].join('; ');
  });
  expect({ steps, board: freezeBoard(board) }).toMatchSnapshot();
});
