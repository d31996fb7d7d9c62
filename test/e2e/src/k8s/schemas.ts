import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { KubeObject } from './objects.ts';

/** tools/lib/kubernetes-schemas.mjs and keda-schemas.mjs put them there. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus/bin');
const KUBERNETES = join(CACHE, 'kubernetes-schemas.json');
const KEDA = ['scaledobjects', 'triggerauthentications'].map((kind) => join(CACHE, `keda-crds/keda.sh_${kind}.yaml`));

export const haveSchemas = (): boolean => [KUBERNETES, ...KEDA].every((file) => existsSync(file));

interface Definitions {
  readonly $id: string;
  readonly $defs: Readonly<
    Record<
      string,
      { readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[] }
    >
  >;
}
interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
  };
}

/** The server drops a field that it does not know without a word: here it is a mistake. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  const isOpen = 'x-kubernetes-preserve-unknown-fields' in inner || 'additionalProperties' in inner;
  return inner['type'] === 'object' && 'properties' in inner && !isOpen
    ? { ...inner, additionalProperties: false }
    : inner;
}

const nameOf = (group: string, version: string, kind: string): string =>
  `${group === '' ? version : `${group}/${version}`} ${kind}`;

/** By the schemas of Kubernetes' and KEDA's interfaces: what is wrong with an object, a line each. */
export function schemaProblems(): (object: KubeObject) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, validateFormats: false });
  const kubernetes = JSON.parse(readFileSync(KUBERNETES, 'utf8')) as Definitions;
  ajv.addSchema(kubernetes);
  const known = new Map<string, () => ValidateFunction>();
  for (const [name, definition] of Object.entries(kubernetes.$defs))
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? [])
      known.set(nameOf(group, version, kind), () => ajv.compile({ $ref: `${kubernetes.$id}#/$defs/${name}` }));
  for (const file of KEDA) {
    const { group, names, versions } = (parse(readFileSync(file, 'utf8')) as Crd).spec;
    for (const { name, schema } of versions)
      known.set(nameOf(group, name, names.kind), () => {
        const { properties, ...rest } = strict(schema.openAPIV3Schema) as { properties: object };
        // Kubernetes' own, and the server's to check.
        return ajv.compile({ ...rest, properties: { ...properties, metadata: { type: 'object' } } });
      });
  }
  const compiled = new Map<string, ValidateFunction>();
  return (object) => {
    const kind = `${object.apiVersion} ${object.kind}`;
    const compile = known.get(kind);
    if (compile === undefined) return [`${kind}: there is no such kind`];
    const validate = compiled.get(kind) ?? compile();
    compiled.set(kind, validate);
    validate(object);
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${object.kind} ${object.metadata.name}${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}
