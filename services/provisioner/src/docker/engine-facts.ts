import { hostname, release } from 'node:os';
import type { Engine } from '@benchbus/docker';
import type { CgroupKind } from './cgroups.ts';

/** What an engine says of itself and its machine. */
export interface EngineFacts {
  readonly version: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly cgroup: CgroupKind;
  /** Its machine is this one: limits are files of it. */
  readonly isHere: boolean;
}

interface Info {
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupDriver: string;
  readonly CgroupVersion?: string;
  readonly Name: string;
  readonly KernelVersion: string;
}

/** @throws BenchbusError DOCKER_UNREACHABLE */
export async function engineFacts(engine: Engine): Promise<EngineFacts> {
  const info = (await engine.ask({ doing: 'describe itself' }, () => engine.docker.info())) as Info;
  return {
    version: info.ServerVersion,
    cores: info.NCPU,
    memoryBytes: info.MemTotal,
    cgroup: {
      version: info.CgroupVersion === '2' ? 2 : 1,
      driver: info.CgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs',
    },
    isHere: info.Name === hostname() && info.KernelVersion === release(),
  };
}
