import type { Problem } from '@benchbus/suites';
import type { Diagnostic } from './stream.ts';

type Kind = Pick<Problem, 'code' | 'hint'> & { readonly says: RegExp };

/** In this order: the first that fits what terraform, the provider or the cloud says. */
const KINDS: readonly Kind[] = [
  {
    code: 'TERRAFORM_STATE_LOCKED',
    says: /acquiring the state lock/i,
    hint: 'another provisioner works on the run; it is tried again',
  },
  {
    code: 'TERRAFORM_STATE_UNREACHABLE',
    says: /(loading|refreshing|reading|persist|sav(e|ing)|get(ting)?( existing)?|configuring|initializ).{0,40}(state|backend|workspaces)|failed to (load|save|persist|get existing) (state|workspaces)/i,
    hint: 'see BENCHBUS_YANDEX_STATE_DIR, S3_URL and S3_BUCKET: is the folder writable, the S3 service up, the bucket there, are the keys right?',
  },
  {
    code: 'TERRAFORM_PROVIDER_MISSING',
    says: /(query available|retrieve the list of available|install) provider|provider packages?|inconsistent dependency lock/i,
    hint: 'see BENCHBUS_TERRAFORM_MIRROR or BENCHBUS_TERRAFORM_CLI_CONFIG: the provider yandex-cloud/yandex is not to be had there',
  },
  {
    code: 'TERRAFORM_PROVIDER_CRASHED',
    says: /plugin (did not respond|encountered an error, and failed to respond|crashed|exited)|failed to instantiate provider|panic:/i,
    hint: 'try again; if it stays, update the provider (services/provisioner/terraform/yandex/versions.tf)',
  },
  {
    code: 'YANDEX_QUOTA_EXCEEDED',
    says: /ResourceExhausted|quota/i,
    hint: 'ask Yandex Cloud for more, or use fewer or smaller nodes',
  },
  {
    code: 'YANDEX_AUTH_FAILED',
    says: /Unauthenticated|PermissionDenied|iam[- ]token|service[_ ]account[_ ]key|one of token/i,
    hint: 'set YC_TOKEN (it expires after 12 hours) or YC_SERVICE_ACCOUNT_KEY_FILE of an account that may make machines and networks in YC_FOLDER_ID',
  },
  {
    code: 'YANDEX_IMAGE_MISSING',
    says: /image.{0,80}(not found|does not exist)/i,
    hint: 'set BENCHBUS_YANDEX_IMAGE_ID to an image that YC_FOLDER_ID may use',
  },
  {
    code: 'YANDEX_PLACE_INVALID',
    says: /(platform|zone).{0,80}(not (found|available|supported|allowed)|unknown|invalid)/i,
    hint: 'set YC_ZONE and BENCHBUS_YANDEX_PLATFORM_ID to a zone and a platform that go together',
  },
  {
    code: 'SUBNET_TAKEN',
    says: /cidr.{0,80}(overlap|conflict|intersect)|overlaps/i,
    hint: 'something else uses that block of the network: set BENCHBUS_YANDEX_CIDR to a part of it that is free',
  },
  {
    code: 'ADDRESS_IN_USE',
    says: /address.{0,80}(already in use|is used)/i,
    hint: 'a machine that is not of this run has that address in the subnet',
  },
  {
    code: 'YANDEX_NETWORK_MISSING',
    says: /network.{0,80}not found/i,
    hint: 'set BENCHBUS_YANDEX_NETWORK_ID to an existing VPC network',
  },
  {
    code: 'YANDEX_NAME_TAKEN',
    says: /AlreadyExists|already exists/i,
    hint: 'something of that name is in YC_FOLDER_ID: two installations need different names (BENCHBUS_INSTALLATION)',
  },
  {
    code: 'YANDEX_SETTINGS_INVALID',
    says: /Invalid value for variable/i,
    hint: 'see docs/operations/yandex.md for what the settings may be',
  },
];

/** Codes that end an attempt: another try of the same would go the same way. */
export const TERRAFORM_FINAL: readonly string[] = [
  ...KINDS.map(({ code }) => code).filter((code) => code !== 'TERRAFORM_STATE_LOCKED'),
  'YANDEX_REFUSED',
  'TERRAFORM_MISSING',
  'TERRAFORM_TIMEOUT',
  'TERRAFORM_FAILED',
];

/** What a destroy may meet, and does not meet for ever. */
export const TERRAFORM_LATER: readonly string[] = ['TERRAFORM_STATE_LOCKED', ...TERRAFORM_FINAL];

const textOf = ({ summary, detail }: Diagnostic): string => (detail === '' ? summary : `${summary}: ${detail}`);

/** Long details (whole stack traces of providers) are cut. */
const LONGEST_MESSAGE = 2_000;

/** Of several errors the one that says most; the others follow in its message. @param where node, or nothing */
export function terraformProblem(
  errors: readonly Diagnostic[],
  whereOf: (address: string) => string | undefined,
): Problem {
  const judged = errors.map((error) => {
    const kind = KINDS.find(({ says }) => says.test(textOf(error)));
    return { error, kind, rank: kind === undefined ? KINDS.length : KINDS.indexOf(kind) };
  });
  const [first, ...others] = judged.toSorted((a, b) => a.rank - b.rank);
  if (first === undefined)
    return {
      code: 'TERRAFORM_FAILED',
      message: 'terraform failed and did not say why',
      hint: 'see the log of the provisioner',
    };
  const { error, kind } = first;
  const different = new Set(others.map((other) => textOf(other.error)).filter((text) => text !== textOf(error)));
  const message = [textOf(error), ...[...different].map((text) => `also: ${text}`)].join('\n');
  const where = error.address === undefined ? undefined : whereOf(error.address);
  return {
    code: kind?.code ?? 'YANDEX_REFUSED',
    message: message.slice(0, LONGEST_MESSAGE),
    ...(where === undefined ? {} : { where }),
    hint: kind?.hint ?? 'read what the cloud says above',
  };
}

export const terraformMissing = (asked: string | undefined): Problem => ({
  code: 'TERRAFORM_MISSING',
  message: asked === undefined ? 'neither terraform nor tofu is on the PATH' : `${asked} cannot be run`,
  where: 'BENCHBUS_TERRAFORM',
  hint: 'install Terraform or OpenTofu, 1.10 or newer, or set BENCHBUS_TERRAFORM to its path',
});

/** @param where the states' place, for people */
export const stateUnreachable = (where: string, why: string): Problem => ({
  code: 'TERRAFORM_STATE_UNREACHABLE',
  message: `the states of terraform could not be read or written: ${why}`,
  where,
  hint: 'see S3_URL, S3_BUCKET, S3_ACCESS_KEY_ID and S3_TIMEOUT_MS: is the service up, the bucket there, are the keys right?',
});

export const terraformTimeout = (doing: string, ms: number): Problem => ({
  code: 'TERRAFORM_TIMEOUT',
  message: `${doing} was not through after ${Math.round(ms / 1000)} s and was stopped`,
  hint: 'raise timeouts.provision or BENCHBUS_TERRAFORM_TIMEOUT_MS, or see whether Yandex Cloud has an incident',
});

/** What a lock that could not be had says of itself. */
export function lockIdOf(errors: readonly Diagnostic[]): string | undefined {
  for (const error of errors) {
    const found = /acquiring the state lock[^]*?\bID:\s+([0-9a-f-]{8,})/i.exec(textOf(error));
    if (found?.[1] !== undefined) return found[1];
  }
  return undefined;
}

/** Secrets go out of every text that leaves this service; short values would tear words apart. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret.length >= 6).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
