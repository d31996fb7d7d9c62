import type { Fence } from '@benchbus/events';
import { machineSize, type PlannedNode } from '@benchbus/suites';
import { labelValue, machineName, runPrefix } from './names.ts';

/** What the operator decides about machines and their network. */
export interface CloudSettings {
  readonly networkId: string;
  readonly zone: string;
  readonly imageId: string;
  readonly platformId: string;
  readonly diskType: string;
  readonly publicAddresses: boolean;
  readonly serialPort: boolean;
  readonly sshCidrs: readonly string[];
}

export interface RunToMake {
  readonly installation: string;
  readonly runId: string;
  readonly fence: Fence;
  readonly cidr: string;
  /** ISO 8601. */
  readonly leaseExpiresAt: string;
  readonly nodes: readonly Pick<PlannedNode, 'name' | 'address' | 'hardware'>[];
}

/** The variables of terraform/yandex. */
export interface ModuleVariables {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network_id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly ssh_cidrs: readonly string[];
  readonly platform_id: string;
  readonly image_id: string;
  readonly disk_type: string;
  readonly public_addresses: boolean;
  readonly serial_port: boolean;
  readonly nodes: Readonly<Record<string, ModuleNode>>;
}

export interface ModuleNode {
  readonly machine: string;
  readonly address: string;
  /** Whole cores. */
  readonly cores: number;
  /** GB, whole. */
  readonly memory: number;
  /** GB, whole. */
  readonly disk: number;
  readonly user_data: string;
}

/** `20261128t230000z`: what a label can hold of a time. */
const expiryLabel = (iso: string): string => labelValue(`${iso.slice(0, 19).replace(/[-:]/g, '').toLowerCase()}z`);

/** Labels of everything that is made for the run. */
export const runLabels = ({ installation, runId, fence, leaseExpiresAt }: Omit<RunToMake, 'cidr' | 'nodes'>) => ({
  'benchbus-installation': labelValue(installation),
  'benchbus-run': labelValue(runId),
  'benchbus-fence': labelValue(`${fence.incarnation}_${fence.sequence}`),
  'benchbus-expiry': expiryLabel(leaseExpiresAt),
});

/** A run → the module's variables. @param userData of each node, cloud-init's; it may hold no secret */
export function moduleVariables(
  run: RunToMake,
  cloud: CloudSettings,
  userData: (node: string) => string,
): ModuleVariables {
  const node = (of: RunToMake['nodes'][number]): ModuleNode => ({
    machine: machineName(run, of.name),
    address: of.address,
    ...machineSize(of),
    user_data: userData(of.name),
  });
  return {
    name: runPrefix(run),
    labels: runLabels(run),
    network_id: cloud.networkId,
    zone: cloud.zone,
    cidr: run.cidr,
    ssh_cidrs: cloud.sshCidrs,
    platform_id: cloud.platformId,
    image_id: cloud.imageId,
    disk_type: cloud.diskType,
    public_addresses: cloud.publicAddresses,
    serial_port: cloud.serialPort,
    nodes: Object.fromEntries(run.nodes.map((of) => [of.name, node(of)])),
  };
}
