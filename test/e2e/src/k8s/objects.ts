/** As much of Kubernetes' objects as the rules look at; their schemas say the rest. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly automountServiceAccountToken?: boolean;
  readonly spec?: Spec;
  readonly data?: Readonly<Record<string, string>>;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface Egress {
  readonly to?: readonly {
    readonly namespaceSelector?: Selector;
    readonly podSelector?: Selector;
    readonly ipBlock?: { readonly cidr: string };
  }[];
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}

export interface Spec {
  readonly replicas?: number;
  readonly strategy?: { readonly type?: string };
  readonly selector?: Selector;
  readonly template?: { readonly metadata: KubeObject['metadata']; readonly spec: PodSpec };
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly unknown[];
  readonly egress?: readonly Egress[];
  /** Of a PrometheusRule. */
  readonly groups?: readonly unknown[];
  readonly accessModes?: readonly string[];
  readonly scaleTargetRef?: { readonly name: string };
  readonly triggers?: readonly {
    readonly type: string;
    readonly metadata: Readonly<Record<string, string>>;
    readonly authenticationRef?: { readonly name: string };
  }[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string; readonly whenUnsatisfiable: string }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string; readonly defaultMode?: number };
    readonly hostPath?: unknown;
    readonly emptyDir?: { readonly sizeLimit?: string };
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string }; readonly secretRef?: unknown }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: Readonly<Record<string, unknown>> & {
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
}

export interface Workload {
  readonly object: KubeObject;
  readonly name: string;
  readonly pod: PodSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** The one container that each has. */
  readonly container: Container;
}

/** Deployments and Jobs, with their pods. */
export const workloadsOf = (objects: readonly KubeObject[], kinds = ['Deployment', 'Job']): Workload[] =>
  objects
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap((object) => {
      const { template } = object.spec ?? {};
      const [container] = template?.spec.containers ?? [];
      if (template === undefined || container === undefined) return [];
      const { labels = {} } = template.metadata;
      return [{ object, name: object.metadata.name, pod: template.spec, labels, container }];
    });

export const selects = (selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean =>
  selector !== undefined && Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);

/** A container's variables: those of its ConfigMaps, and its own over them. */
export function variablesOf(
  objects: readonly KubeObject[],
  { envFrom = [], env = [] }: Container,
): Map<string, string> {
  const maps = envFrom.flatMap(({ configMapRef }) =>
    objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name),
  );
  const own = env.map(({ name, value = '' }) => [name, value] as const);
  return new Map([...maps.flatMap(({ data = {} }) => Object.entries(data)), ...own]);
}
