import { expect, it } from 'vitest';
import { effectiveServer } from './effective-server.ts';

it("a node's own settings win, in whatever case either is written", () => {
  const server = {
    version: '17' as const,
    storageEngine: 'heap' as const,
    settings: { max_connections: '0', MAX_CONNECTIONS: '1', work_mem: '4MB' },
  };
  const node = { name: 'pg', postgres: { role: 'replica' as const, settings: { Max_Connections: '100' } } };
  const topology = { postgres: server, nodes: [node] };
  expect(effectiveServer(topology as never, node as never).settings).toEqual({
    max_connections: '100',
    work_mem: '4MB',
  });
});
