import { LABEL, incarnationOf, isGone, labelFilter, labelsFor, networkName } from '@benchbus/docker';
import type { Engine, Owner } from '@benchbus/docker';
import type { NetworkInspectInfo } from 'dockerode';
import { addressAt } from '@benchbus/suites';
import { namedEffect } from '@benchbus/service';

export const networksOf = (engine: Engine, installation: string, runId?: string): Promise<NetworkInspectInfo[]> =>
  engine.ask({ doing: 'list the networks' }, () =>
    engine.docker.listNetworks({ filters: labelFilter(installation, runId) }),
  );

const subnetOf = ({ IPAM }: NetworkInspectInfo): string | undefined => IPAM?.Config?.[0]?.Subnet;

/**
 * Removes networks of ours. One that a container is still joined to (somebody else's: ours are gone by then) is left, and
 * listed as left.
 */
export async function removeNetworks(engine: Engine, networks: readonly NetworkInspectInfo[]): Promise<void> {
  for (const { Id, Name } of networks)
    await namedEffect('network-remove', () =>
      engine.ask({ doing: `remove network ${Name}` }, async () => {
        try {
          await engine.docker.getNetwork(Id).remove();
        } catch (error) {
          const inUse = (error as { statusCode?: number }).statusCode === 403;
          if (!isGone(error) && !inUse) throw error;
        }
      }),
    );
}

/** Is this network the run's, on this block and of this log? */
export const isCurrent = (network: NetworkInspectInfo, { fence }: Owner, cidr: string): boolean =>
  subnetOf(network) === cidr && incarnationOf(network.Labels) === fence.incarnation;

/**
 * The run's bridge on the reserved block; the host has its first address. Returns its id.
 * @throws BenchbusError SUBNET_TAKEN when another network of the host overlaps it
 */
export async function createNetwork(engine: Engine, owner: Owner, cidr: string, node: string): Promise<string> {
  const name = networkName(owner.installation, owner.runId);
  const created = await namedEffect('network-create', () =>
    engine.ask({ doing: `create network ${name}`, node, cidr, name: `network ${name}` }, () =>
      engine.docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        IPAM: { Driver: 'default', Config: [{ Subnet: cidr, Gateway: addressAt(cidr, 1) }] },
        Labels: labelsFor(owner),
      }),
    ),
  );
  return created.id;
}

/** Subnets of networks that are not this installation's. */
export async function foreignSubnets(engine: Engine, installation: string): Promise<{ cidr: string; by: string }[]> {
  const all = await engine.ask({ doing: 'list the networks' }, () => engine.docker.listNetworks());
  return all
    .filter(({ Labels }) => Labels?.[LABEL.installation] !== installation)
    .flatMap(({ Name, IPAM }) =>
      (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
        Subnet === undefined || Subnet.includes(':') ? [] : [{ cidr: Subnet, by: `Docker network ${Name}` }],
      ),
    );
}

/** Subnets of this installation's networks: routes to them are our own. */
export const ownSubnets = async (engine: Engine, installation: string): Promise<string[]> =>
  (await networksOf(engine, installation)).flatMap((network) => subnetOf(network) ?? []);
