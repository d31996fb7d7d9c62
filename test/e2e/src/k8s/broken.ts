import type { KubeObject } from './objects.ts';
import type { POLICIES } from './policies.ts';

type Json = Record<string, unknown>;

/** Walks to `path` and has `change` do something to what is there. */
function at(object: unknown, path: string, change: (parent: Json, key: string) => unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  change(
    keys.reduce((here, key) => here[key] as Json, object as Json),
    last,
  );
}
const remove = (path: string) => (object: KubeObject) =>
  at(object, path, (parent, key) => Reflect.deleteProperty(parent, key));
const set = (path: string, value: unknown) => (object: KubeObject) =>
  at(object, path, (parent, key) => (parent[key] = value));

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

/** For each policy: one object that is right, and what makes it wrong. A policy that says nothing then checks nothing. */
export const BROKEN: Readonly<
  Record<
    keyof typeof POLICIES,
    readonly (readonly [kind: string, name: string, break_: (object: KubeObject) => void])[]
  >
> = {
  images: [
    ['Deployment', 'provisioner', set(`${CONTAINER}.image`, 'registry.example:5000/benchbus/provisioner')],
    ['Deployment', 'provisioner', set(`${CONTAINER}.image`, 'x/provisioner:latest')],
  ],
  oneContainer: [['Deployment', 'provisioner', set(`${POD}.initContainers`, [{ name: 'x' }])]],
  probes: [
    ['Deployment', 'provisioner', remove(`${CONTAINER}.startupProbe`)],
    ['Deployment', 'provisioner', set(`${CONTAINER}.readinessProbe.httpGet.path`, '/healthz')],
  ],
  resources: [['Deployment', 'provisioner', remove(`${CONTAINER}.resources.limits.memory`)]],
  restricted: [
    ['Deployment', 'provisioner', set(`${CONTAINER}.securityContext.readOnlyRootFilesystem`, false)],
    ['Job', 'streams', remove(`${POD}.securityContext.seccompProfile`)],
    ['Deployment', 'artifact-store', set(`${CONTAINER}.securityContext.capabilities`, { drop: ['NET_RAW'] })],
  ],
  namespace: [
    ['Namespace', 'benchbus', remove('metadata.labels')],
    ['Deployment', 'provisioner', remove('metadata.namespace')],
  ],
  serviceAccounts: [
    ['Deployment', 'provisioner', set(`${POD}.serviceAccountName`, 'default')],
    ['ServiceAccount', 'provisioner', remove('automountServiceAccountToken')],
  ],
  disruption: [['PodDisruptionBudget', 'provisioner', set('spec.maxUnavailable', 0)]],
  spread: [
    ['Deployment', 'provisioner', set(`${POD}.topologySpreadConstraints`, [])],
    ['Deployment', 'provisioner', set(`${POD}.topologySpreadConstraints.1.whenUnsatisfiable`, 'DoNotSchedule')],
  ],
  network: [
    ['NetworkPolicy', 'default-deny', set('spec.policyTypes', ['Ingress'])],
    ['NetworkPolicy', 'provisioner', set('spec.podSelector.matchLabels', { a: 'b' })],
    ['NetworkPolicy', 'provisioner', set('spec.egress', [{}])],
  ],
  names: [
    ['NetworkPolicy', 'benchbus', remove('spec.egress.0.to.0')],
    ['NetworkPolicy', 'benchbus', remove('spec.egress.0.to.1')],
    ['NetworkPolicy', 'benchbus', set('spec.egress.0.to.1.ipBlock.cidr', '169.254.20.11/32')],
    ['NetworkPolicy', 'benchbus', set('spec.egress.0.ports.1.protocol', 'UDP')],
  ],
  collector: [
    ['NetworkPolicy', 'collector', set('spec.egress.0.ports.0.port', 4317)],
    ['NetworkPolicy', 'collector', set('spec.podSelector.matchLabels', { a: 'b' })],
    [
      'Deployment',
      'provisioner',
      set(`${CONTAINER}.env`, [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://x.y:1' }]),
    ],
  ],
  grace: [['Deployment', 'suite-dispatcher', set(`${POD}.terminationGracePeriodSeconds`, 20)]],
  secrets: [
    ['Deployment', 'provisioner', set(`${POD}.volumes.0.secret.secretName`, 'nats-suite-dispatcher')],
    ['Deployment', 'provisioner', set(`${POD}.volumes.0.secret.defaultMode`, 0o644)],
    ['Deployment', 'provisioner', set(`${CONTAINER}.env.0.valueFrom`, { secretKeyRef: {} })],
  ],
  replicas: [['Deployment', 'provisioner', set('spec.replicas', 2)]],
  scaling: [
    ['ScaledObject', 'suite-dispatcher', set('spec.triggers.0.metadata.consumer', 'suite-dispatcher')],
    ['ScaledObject', 'suite-dispatcher', set('spec.scaleTargetRef.name', 'dispatcher')],
    ['Deployment', 'suite-dispatcher', set('spec.replicas', 3)],
  ],
};
