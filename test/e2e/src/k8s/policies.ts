import { SHARED_DURABLES } from '@benchbus/events';
import { selects, variablesOf, workloadsOf, type Egress, type KubeObject } from './objects.ts';

/** What is wrong with what would be applied, one line each. */
export type Policy = (objects: readonly KubeObject[]) => string[];

/** Beside the drain: closing the bus (5 s), the last spans (2 s), and some. */
const BESIDE_THE_DRAIN_MS = 10_000;
const DEFAULT_GRACE_MS = 10_000;
const NAME = 'app.kubernetes.io/name';
const NAMESPACE = 'kubernetes.io/metadata.name';
const CLUSTER_WIDE = ['Namespace'];

const images: Policy = (objects) =>
  workloadsOf(objects)
    .filter(({ container }) => !/:[\w.-]+$/.test(container.image ?? '') || /:latest$/.test(container.image ?? ''))
    .map(({ name, container }) => `${name}: ${container.image} is not pinned`);

const oneContainer: Policy = (objects) =>
  workloadsOf(objects)
    .filter(({ pod }) => pod.containers.length !== 1 || (pod.initContainers ?? []).length > 0)
    .map(({ name }) => `${name}: the rules look at one container`);

const probes: Policy = (objects) =>
  workloadsOf(objects, ['Deployment']).flatMap(({ name, container }) =>
    (
      [
        ['startupProbe', '/healthz'],
        ['livenessProbe', '/healthz'],
        ['readinessProbe', '/readyz'],
      ] as const
    )
      .filter(([probe, path]) => container[probe]?.httpGet?.path !== path)
      .map(([probe, path]) => `${name}: ${probe} does not ask ${path}`),
  );

const resources: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, container }) =>
    (['requests', 'limits'] as const).flatMap((of) =>
      ['cpu', 'memory']
        .filter((what) => container.resources?.[of]?.[what] === undefined)
        .map((what) => `${name}: no ${of} of ${what}`),
    ),
  );

const restricted: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, pod, container }) => {
    const own = container.securityContext ?? {};
    const all = pod.securityContext ?? {};
    const wrong: Record<string, boolean> = {
      runAsNonRoot: all['runAsNonRoot'] !== true,
      runAsUser: all['runAsUser'] !== 10001,
      seccompProfile: (all['seccompProfile'] as { type?: string } | undefined)?.type !== 'RuntimeDefault',
      allowPrivilegeEscalation: own['allowPrivilegeEscalation'] !== false,
      readOnlyRootFilesystem: own['readOnlyRootFilesystem'] !== true,
      capabilities: own.capabilities?.drop?.includes('ALL') !== true || own.capabilities.add !== undefined,
      privileged: own['privileged'] === true,
      host: pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true,
      hostPath: (pod.volumes ?? []).some(({ hostPath }) => hostPath !== undefined),
      emptyDir: (pod.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined && emptyDir.sizeLimit === undefined),
    };
    return Object.entries(wrong).flatMap(([what, isWrong]) => (isWrong ? [`${name}: ${what}`] : []));
  });

const namespace: Policy = (objects) => {
  const { labels = {} } = objects.find(({ kind }) => kind === 'Namespace')?.metadata ?? {};
  const outside = objects.filter(
    ({ kind, metadata }) => !CLUSTER_WIDE.includes(kind) && metadata.namespace !== 'benchbus',
  );
  return [
    ...(labels['pod-security.kubernetes.io/enforce'] === 'restricted' ? [] : ['the namespace does not enforce']),
    ...outside.map(({ kind, metadata }) => `${kind} ${metadata.name} is in no namespace of ours`),
  ];
};

const serviceAccounts: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, pod }) => {
    const account = objects.find(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === pod.serviceAccountName,
    );
    const isOwn = pod.serviceAccountName === name && account?.automountServiceAccountToken === false;
    return isOwn && pod.automountServiceAccountToken === false ? [] : [`${name}: a token, or no account of its own`];
  });

const disruption: Policy = (objects) =>
  workloadsOf(objects, ['Deployment']).flatMap(({ name, labels }) => {
    const budgets = objects.filter(
      ({ kind, spec }) => kind === 'PodDisruptionBudget' && selects(spec?.selector, labels),
    );
    // One that allows none stops every drain of a machine.
    return budgets.length === 1 && budgets[0]?.spec?.maxUnavailable === 1 ? [] : [`${name}: PodDisruptionBudget`];
  });

const spread: Policy = (objects) =>
  workloadsOf(objects, ['Deployment']).flatMap(({ name, pod }) =>
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']
      // As a condition it keeps every pod from a cluster whose machines lack the label.
      .filter(
        (key) =>
          !(pod.topologySpreadConstraints ?? []).some(
            ({ topologyKey, whenUnsatisfiable }) => topologyKey === key && whenUnsatisfiable === 'ScheduleAnyway',
          ),
      )
      .map((key) => `${name}: is not spread by ${key}, or only then scheduled`),
  );

const network: Policy = (objects) => {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const denies = policies.some(
    ({ spec }) =>
      Object.keys(spec?.podSelector ?? {}).length === 0 &&
      spec?.policyTypes?.join() === 'Ingress,Egress' &&
      spec.ingress === undefined &&
      spec.egress === undefined,
  );
  return [
    ...(denies ? [] : ['nothing denies what nobody allows']),
    ...policies.filter(({ spec }) => spec?.ingress !== undefined).map(({ metadata }) => `${metadata.name}: lets in`),
    ...policies
      .filter(({ spec }) => JSON.stringify(spec?.egress ?? []).includes('{}'))
      .map(({ metadata }) => `${metadata.name}: lets everything out`),
    ...workloadsOf(objects, ['Deployment'])
      .filter(({ labels }) => !policies.some(({ spec }) => spec?.podSelector?.matchLabels?.[NAME] === labels[NAME]))
      .map(({ name }) => `${name}: no NetworkPolicy of its own`),
  ];
};

/** Where to pods may go, by what they are labelled. */
const egressOf = (objects: readonly KubeObject[], labels: Readonly<Record<string, string>>): Egress[] =>
  objects
    .filter(({ kind, spec }) => kind === 'NetworkPolicy' && selects(spec?.podSelector, labels))
    .flatMap(({ spec }) => spec?.egress ?? []);

const leadsTo = (
  egress: readonly Egress[],
  port: number,
  protocol: string,
  peer: { namespace: string } | { cidr: string },
) =>
  egress.some(
    ({ to = [], ports = [] }) =>
      ports.some((one) => one.port === port && one.protocol === protocol) &&
      to.some(({ namespaceSelector, podSelector, ipBlock }) =>
        'cidr' in peer
          ? ipBlock?.cidr === peer.cidr
          : podSelector === undefined && namespaceSelector?.matchLabels?.[NAMESPACE] === peer.namespace,
      ),
  );

/** Of the cluster's DNS, whose pods may be asked, and of NodeLocal DNSCache, which is in its machine's network and no pod to a policy. */
const names: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, labels }) =>
    [{ namespace: 'kube-system' }, { cidr: '169.254.20.10/32' }].flatMap((peer) =>
      ['UDP', 'TCP']
        .filter((protocol) => !leadsTo(egressOf(objects, labels), 53, protocol, peer))
        .map((protocol) => `${name}: asks no name of ${Object.values(peer).join()} by ${protocol}`),
    ),
  );

/** Who is told where a collector is may reach it, and nobody else may. */
const collector: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, labels, container }) => {
    const endpoint = variablesOf(objects, container).get('OTEL_EXPORTER_OTLP_ENDPOINT');
    const [, namespace = 'observability'] = (endpoint === undefined ? '' : new URL(endpoint).hostname).split('.');
    const port = endpoint === undefined ? 4318 : Number(new URL(endpoint).port);
    const may = leadsTo(egressOf(objects, labels), port, 'TCP', { namespace });
    return may === (endpoint !== undefined)
      ? []
      : [`${name}: is told ${endpoint ?? 'of no collector'}, and may ${may ? '' : 'not '}reach it`];
  });

const grace: Policy = (objects) =>
  workloadsOf(objects).flatMap(({ name, pod, container }) => {
    const drain = Number(variablesOf(objects, container).get('BENCHBUS_SHUTDOWN_GRACE_MS') ?? DEFAULT_GRACE_MS);
    const given = (pod.terminationGracePeriodSeconds ?? 30) * 1000;
    return given >= drain + BESIDE_THE_DRAIN_MS ? [] : [`${name}: killed ${given} ms after SIGTERM, drains ${drain}`];
  });

/** Files, and each pod's own credentials alone. */
const secrets: Policy = (objects) => [
  ...objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => `${metadata.name}: a secret in the files`),
  ...workloadsOf(objects).flatMap(({ name, pod, container }) => {
    const user = name === 'streams' ? 'operator' : name;
    const volumes = (pod.volumes ?? []).filter(({ secret }) => secret !== undefined);
    const credentials = volumes.filter(({ name: of }) => of === 'nats').map(({ secret }) => secret?.secretName);
    const mounted = volumes.filter(({ name: of }) => container.volumeMounts?.find((one) => one.name === of)?.readOnly);
    return [
      ...(container.env ?? []).filter(({ valueFrom }) => valueFrom !== undefined).map((one) => `${name}: ${one.name}`),
      ...(container.envFrom ?? []).filter(({ secretRef }) => secretRef !== undefined).map(() => `${name}: secretRef`),
      ...(credentials.join() === `nats-${user}` ? [] : [`${name}: has the credentials ${credentials.join() || '–'}`]),
      ...(mounted.length === volumes.length ? [] : [`${name}: a secret is not mounted, or not read-only`]),
      ...volumes
        .filter(({ secret }) => secret?.defaultMode !== 0o440)
        .map(({ name: of }) => `${name}: ${of} is readable for more than its group`),
    ];
  }),
];

/** Only by whom a volume is shared may there be several of. */
const replicas: Policy = (objects) =>
  workloadsOf(objects, ['Deployment']).flatMap(({ name, object, pod }) => {
    const claims = (pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
    const exclusive = objects.some(
      ({ kind, metadata, spec }) =>
        kind === 'PersistentVolumeClaim' &&
        claims.includes(metadata.name) &&
        spec?.accessModes?.includes('ReadWriteMany') !== true,
    );
    const isOne = object.spec?.replicas === 1 && object.spec.strategy?.type === 'Recreate';
    return !exclusive || isOne ? [] : [`${name}: several pods at once, and a volume that one can have`];
  });

const scaling: Policy = (objects) =>
  objects
    .filter(({ kind }) => kind === 'ScaledObject' || kind === 'HorizontalPodAutoscaler')
    .flatMap(({ metadata, spec }) => {
      const target = objects.find(
        ({ kind, metadata: of }) => kind === 'Deployment' && of.name === spec?.scaleTargetRef?.name,
      );
      const lags = (spec?.triggers ?? []).filter(({ type }) => type === 'nats-jetstream');
      const known = lags.filter(({ metadata: { stream, consumer } }) =>
        SHARED_DURABLES.some((durable) => durable.stream === stream && durable.name === consumer),
      );
      const authenticated = lags.every(({ authenticationRef: ref }) =>
        objects.some(({ kind, metadata: of }) => kind === 'TriggerAuthentication' && of.name === ref?.name),
      );
      return [
        ...(target === undefined ? [`${metadata.name}: scales nothing`] : []),
        ...(target?.spec?.replicas === undefined ? [] : [`${metadata.name}: its number is set by hand, too`]),
        ...(known.length === lags.length ? [] : [`${metadata.name}: scales by a consumer that no service has`]),
        ...(lags.length === 0 || lags.length === SHARED_DURABLES.length
          ? []
          : [`${metadata.name}: not by all of its consumers`]),
        ...(authenticated ? [] : [`${metadata.name}: no account`]),
        ...lags
          .filter(({ metadata: of }) => !/^[\w-]+-headless\./.test(of['natsServerMonitoringEndpoint'] ?? ''))
          .map(() => `${metadata.name}: a consumer's leader is found by a headless service alone`),
      ];
    });

export const POLICIES: Readonly<Record<string, Policy>> = {
  images,
  oneContainer,
  probes,
  resources,
  restricted,
  namespace,
  serviceAccounts,
  disruption,
  spread,
  network,
  names,
  collector,
  grace,
  secrets,
  replicas,
  scaling,
};
