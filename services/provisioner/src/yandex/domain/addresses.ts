import { groupName, subnetName } from './names.ts';
import type { RunName } from './names.ts';

export const SUBNET = 'yandex_vpc_subnet.run';
export const GROUP = 'yandex_vpc_security_group.run';
export const machineAddress = (node: string): string => `yandex_compute_instance.node[${JSON.stringify(node)}]`;

/** The variables of terraform/yandex-find: address in the module → name, of everything that a run may have. */
export const lookUpVariables = (run: RunName, machines: Readonly<Record<string, string>>) => ({
  subnets: { [SUBNET]: subnetName(run) },
  groups: { [GROUP]: groupName(run) },
  machines: Object.fromEntries(Object.entries(machines).map(([node, name]) => [machineAddress(node), name])),
});
