import { BenchbusError } from '@benchbus/events';
import { bindProblem, portHolder } from '@benchbus/processes';

/** @throws BenchbusError ADDRESS_IN_USE naming the holder | ADDRESS_NOT_USABLE */
export async function requireFreePort(address: string, port: number): Promise<void> {
  const problem = await bindProblem(address, port);
  if (problem === undefined) return;
  const where = `${address}:${port}`;
  if (problem !== 'EADDRINUSE')
    throw new BenchbusError({
      code: 'ADDRESS_NOT_USABLE',
      message: `cannot listen on ${where}: ${problem}`,
      where,
      hint: 'does this machine have the address? All of 127.0.0.0/8 has to be on its loopback device',
    });
  throw new BenchbusError({
    code: 'ADDRESS_IN_USE',
    message: `${where} is taken by ${portHolder(address, port) ?? 'an unknown socket'}`,
    where,
    hint: 'stop that process; one that listens on all addresses (0.0.0.0 or ::) takes the port of every node',
  });
}
