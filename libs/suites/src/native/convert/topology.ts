import type { z } from 'zod';
import type { Topology, TopologyNode } from '../../model/database.ts';
import type { PostgresRole, PostgresServer } from '../../model/postgres.ts';
import type { database } from '../schema/database.ts';
import { backupToModel, backupToNative } from './backup.ts';
import { hardwareToModel, hardwareToNative } from './hardware.ts';
import { patroniToModel, patroniToNative } from './patroni.ts';

type Native = NonNullable<z.output<typeof database>['topology']>;
type NativeInput = NonNullable<z.input<typeof database>['topology']>;
type NativeNode = Native['nodes'][number];

/** What an override leaves out is the topology's. */
const roleToModel = (
  { role, override, settings }: NonNullable<NativeNode['postgres']>,
  server: PostgresServer,
): PostgresRole => ({
  role,
  settings,
  ...(override === undefined
    ? {}
    : {
        override: {
          version: override.version ?? server.version,
          storageEngine: override.storageEngine ?? server.storageEngine,
          settings: override.settings ?? server.settings,
        },
      }),
});

const nodeToModel = ({ hardware, postgres, backup, ...rest }: NativeNode, server: PostgresServer): TopologyNode => ({
  ...rest,
  hardware: hardwareToModel(hardware),
  ...(postgres === undefined ? {} : { postgres: roleToModel(postgres, server) }),
  ...(backup === undefined ? {} : { backup: backupToModel(backup) }),
});

export function topologyToModel({ postgres, nodes }: Native): Topology {
  const { patroni: wanted, ...server } = postgres;
  const patroni = patroniToModel(wanted);
  return {
    postgres: { ...server, ...(patroni === undefined ? {} : { patroni }) },
    nodes: nodes.map((node) => nodeToModel(node, server)),
  };
}

const nodeToNative = ({ hardware, backup, ...rest }: TopologyNode): NativeInput['nodes'][number] => ({
  ...rest,
  hardware: hardwareToNative(hardware),
  ...(backup === undefined ? {} : { backup: backupToNative(backup) }),
});

export const topologyToNative = ({ postgres: { patroni, ...server }, nodes }: Topology): NativeInput => ({
  postgres: { ...server, ...(patroni === undefined ? {} : { patroni: patroniToNative(patroni) }) },
  nodes: nodes.map(nodeToNative),
});
