import type { Problem } from '../../model/problem.ts';
import type { RunSettings, Test } from '../../model/suite.ts';
import { nodeCapacity } from '../../network/node-addresses.ts';
import { demandOf } from '../demand.ts';
import type { HostHardware } from '../fit-hardware.ts';

export function blockTooSmall(test: Test, cidr: string): Problem[] {
  const { addresses } = demandOf(test);
  const room = nodeCapacity(cidr);
  if (room >= addresses) return [];
  return [
    {
      code: 'BLOCK_TOO_SMALL',
      message: `the run has ${addresses} nodes, ${cidr} has addresses for ${room} (the first four and the last are never handed out)`,
      where: cidr,
      hint: 'define the pool with larger blocks',
    },
  ];
}

export function exceedsHost(
  test: Test,
  { hardwarePolicy }: Pick<RunSettings, 'hardwarePolicy'>,
  host: HostHardware,
  factor: number,
): Problem[] {
  if (factor === 1 || hardwarePolicy === 'clamp') return [];
  const { cores, memoryBytes } = demandOf(test);
  return [
    {
      code: 'HW_EXCEEDS_HOST',
      message: `the run's nodes need ${cores} cores and ${memoryBytes} bytes of memory together, the host has ${host.cores} and ${host.memoryBytes}`,
      where: 'hardware',
      hint: 'ask for less, use a larger host, or set hardwarePolicy: clamp',
    },
  ];
}
