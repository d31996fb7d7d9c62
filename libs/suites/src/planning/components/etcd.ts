import { IMAGES } from '../images.ts';
import type { Layout, LayoutNode } from '../layout.ts';
import { nodesWith } from '../layout.ts';
import type { PlannedProcess } from '../plan.ts';
import { DEFAULT_PORTS } from '../../rules/ports.ts';

const url = (address: string, port: number): string => `http://${address}:${port}`;

/** Client ends of every member: `address:port`. */
export const etcdEndpoints = (layout: Layout): string[] =>
  nodesWith(layout, 'etcd').map(({ address, node }) => `${address}:${node.etcd?.clientPort}`);

/** A member of the run's etcd cluster; all of them start at once and find each other. Undefined without etcd here. */
export function etcdProcess(layout: Layout, { name, address, node }: LayoutNode): PlannedProcess | undefined {
  if (node.etcd === undefined) return undefined;
  const { clientPort } = node.etcd;
  const members = nodesWith(layout, 'etcd').map(
    (member) => `${member.name}=${url(member.address, DEFAULT_PORTS.etcdPeer)}`,
  );
  const options = {
    name,
    'data-dir': '${DATA_DIR}',
    'listen-peer-urls': url(address, DEFAULT_PORTS.etcdPeer),
    'initial-advertise-peer-urls': url(address, DEFAULT_PORTS.etcdPeer),
    'listen-client-urls': url(address, clientPort),
    'advertise-client-urls': url(address, clientPort),
    'initial-cluster': members.join(','),
    'initial-cluster-state': 'new',
    // Of this run alone: a member of another run that is told this address by mistake is turned away.
    'initial-cluster-token': 'benchbus-${RUN_ID}',
  };
  return {
    kind: 'etcd',
    launch: {
      ...(layout.target === 'local' ? {} : { image: IMAGES.etcd }),
      ports: { client: clientPort, peer: DEFAULT_PORTS.etcdPeer },
      files: [],
      env: {},
      run: { program: 'etcd', args: Object.entries(options).map(([option, value]) => `--${option}=${value}`) },
      // Its SIGTERM takes seven seconds once peers are gone, and nothing here outlives the run.
      stopSignal: 'SIGKILL',
    },
  };
}
