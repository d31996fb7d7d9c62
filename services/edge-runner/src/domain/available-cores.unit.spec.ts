import { exampleWorkload } from '@benchbus/suites/testing';
import { expect, it } from 'vitest';
import { availableCores } from './available-cores.ts';

it('is what threads, limit and machine leave', () => {
  const workload = exampleWorkload({ threads: 4, hardware: { cores: 2, memoryBytes: 1, diskBytes: 1 } });
  expect(availableCores(workload, true, 16)).toBe(2);
  expect(availableCores(workload, false, 16)).toBe(4);
  expect(availableCores(workload, false, 3)).toBe(3);
  const command = { tool: 'command' as const, command: ['x'], environment: {}, warmupMs: 0, durationMs: 1000 };
  expect(availableCores({ ...command, hardware: workload.hardware }, false, 16)).toBe(16);
});
