import { findProgram } from '@benchbus/service/testing';
import { describe, expect, it } from 'vitest';
import { requireSuitable } from './require-suitable.ts';

const other = findProgram(['prometheus-pgbouncer-exporter']);
const node = findProgram(['prometheus-node-exporter']);

describe('a program of the right name', () => {
  it.skipIf(other === undefined)("that is Debian 12's other exporter is refused", async () => {
    await expect(requireSuitable('pgbouncer_exporter', other ?? '')).rejects.toMatchObject({
      code: 'PROGRAM_UNSUITABLE',
      where: 'pgbouncer_exporter',
      message: expect.stringContaining('total_requests') as string,
      hint: expect.stringContaining('pgbouncer.monitor') as string,
    });
  });

  it.skipIf(node === undefined)("that takes the exporters' common options is not", async () => {
    await expect(requireSuitable('pgbouncer_exporter', node ?? '')).resolves.toBeUndefined();
  });

  it('of which there is no other is not asked', async () => {
    await expect(requireSuitable('etcd', '/nowhere')).resolves.toBeUndefined();
  });
});
