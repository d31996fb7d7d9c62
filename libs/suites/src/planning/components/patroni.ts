import type { Patroni } from '../../model/postgres.ts';
import { patroniImage } from '../images.ts';
import type { Layout, ServerNode } from '../layout.ts';
import { nodesWith } from '../layout.ts';
import { etcdUp, serverUp } from '../milestones.ts';
import type { Launch, PlannedFile, PlannedProcess } from '../plan.ts';
import { DEFAULT_PORTS } from '../../rules/ports.ts';
import { adminPgpass, followLeaderScript } from '../render/follow-leader.ts';
import { patroniYaml, postBootstrap } from '../render/patroni-yaml.ts';
import { isReplica } from '../render/settings.ts';

function launch(layout: Layout, patroni: Patroni, node: ServerNode): Launch {
  const files: PlannedFile[] = [{ path: 'patroni.yml', content: patroniYaml(layout, patroni, node), mode: '0600' }];
  const script = postBootstrap(layout);
  if (script !== undefined) files.push({ path: 'post-bootstrap.sh', content: script, mode: '0755' });
  if (nodesWith(layout, 'pgbouncer').length > 0)
    files.push(
      { path: 'follow-leader.sh', content: followLeaderScript(layout, node.address), mode: '0755' },
      { path: 'pgpass', content: adminPgpass(layout), mode: '0600' },
    );
  return {
    ...(layout.target === 'local' ? {} : { image: patroniImage(node.server) }),
    ports: { postgres: DEFAULT_PORTS.postgres, rest: DEFAULT_PORTS.patroni },
    files,
    env: {},
    run: { program: 'patroni', args: ['${CONFIG_DIR}/patroni.yml'] },
    // Patroni stops its PostgreSQL and gives up the leader's lock.
    stopSignal: 'SIGTERM',
  };
}

/**
 * A member of the Patroni cluster, which runs PostgreSQL as its child. The planned primary starts first and so bootstraps
 * the cluster; the others copy from it.
 */
export function patroniProcess(layout: Layout, patroni: Patroni, node: ServerNode): PlannedProcess {
  const replica = isReplica(layout, node);
  return {
    kind: 'patroni',
    role: replica ? 'replica' : 'primary',
    version: node.server.version,
    port: DEFAULT_PORTS.postgres,
    settings: node.server.settings,
    startAfter: replica ? [serverUp(layout, layout.primary)] : etcdUp(layout),
    launch: launch(layout, patroni, node),
  };
}
