import { expect, it } from 'vitest';
import { replicasOf } from './observe-replicas.ts';

it('counts replicas by service, and says 0 of one that nobody lives of', () => {
  const keys = ['service.suite-dispatcher.1-a', 'service.suite-dispatcher.2-b', 'service.provisioner.3-c'];
  expect(Object.fromEntries(replicasOf(keys))).toEqual({
    'artifact-store': 0,
    'network-allocator': 0,
    provisioner: 1,
    'suite-dispatcher': 2,
  });
});
