import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

/** The pin of versions.tf. */
export const PROVIDER_VERSION = '0.127.0';
export const CLOUD_TOKEN = 't1.token-canary-4711';

const cacheBin = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus', 'bin');
/** Undefined where there is neither: tools/lib/terraform.mjs puts tofu where this looks. */
export const findTerraform = (): string | undefined => findProgram(['terraform', 'tofu'], [cacheBin]);

/** What a double's inventory has of one resource. */
export interface CloudItem {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** See test/terraform-provider-double/cloud/faults.go. */
export interface CloudFault {
  readonly on: 'create' | 'read' | 'delete';
  readonly kind: string;
  readonly name?: string;
  readonly when: 'before' | 'after';
  readonly do: 'fail' | 'hang' | 'stuck' | 'crash';
  readonly code?: string;
  readonly text?: string;
  readonly once?: boolean;
}

export interface TestCloud {
  /** Everything of it. */
  readonly root: string;
  /** Folder of the inventory. */
  readonly dir: string;
  /** Configuration of terraform in which the double is the provider. */
  readonly cliConfig: string;
  /** A folder in the layout of a mirror, with the double in it. */
  readonly mirror: string;
  /** Credentials, and where the cloud is. */
  readonly env: Readonly<Record<string, string>>;
  readonly terraform: string;
  items(): CloudItem[];
  /** `kind name` of everything there. */
  names(): string[];
  /** Calls that had an effect, and faults that happened, in order: `create yandex_vpc_subnet x-subnet`. */
  calls(): string[];
  fault(fault: CloudFault): void;
  /** No faults any more. */
  heal(): void;
  rules(rules: Record<string, unknown>): void;
  /** Folder below which the machine's files are. */
  machineRoot(id: string): string;
  close(): void;
}

/** A cloud of its own. @throws when the double cannot be built, or neither terraform nor tofu is there */
export async function startTestCloud(): Promise<TestCloud> {
  const terraform = findTerraform();
  if (terraform === undefined)
    throw new Error('no terraform, no tofu: node tools/bootstrap.mjs with CI=true builds one');
  const { stdout } = await run(process.execPath, [here('../../../../tools/lib/terraform-double.mjs')]);
  const double = stdout.trim();
  // Short: sockets' names are, and machines have some.
  const root = mkdtempSync(join(tmpdir(), 'yc-'));
  // Machines' servers run as other users below it.
  chmodSync(root, 0o711);
  const mirror = join(root, 'mirror');
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const place = join(mirror, 'registry.terraform.io/yandex-cloud/yandex', PROVIDER_VERSION, `linux_${arch}`);
  mkdirSync(place, { recursive: true });
  copyFileSync(double, join(place, `terraform-provider-yandex_v${PROVIDER_VERSION}`));
  const cliConfig = join(root, 'terraformrc');
  writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
  const dir = join(root, 'c');
  mkdirSync(join(dir, 'faults'), { recursive: true });
  writeFileSync(join(dir, 'rules.json'), JSON.stringify({ token: CLOUD_TOKEN }));
  let faults = 0;
  const kinds = () => {
    try {
      return readdirSync(join(dir, 'inventory'));
    } catch {
      return []; // nothing was made yet
    }
  };
  const items = () =>
    kinds().flatMap((kind) =>
      readdirSync(join(dir, 'inventory', kind))
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(dir, 'inventory', kind, name), 'utf8')) as CloudItem),
    );
  return {
    root,
    dir,
    cliConfig,
    mirror,
    terraform,
    env: {
      YC_TOKEN: CLOUD_TOKEN,
      YC_CLOUD_ID: 'b1gcloud',
      YC_FOLDER_ID: 'b1gfolder',
      YC_ZONE: 'ru-central1-a',
      YC_DOUBLE_DIR: dir,
    },
    items,
    names: () =>
      items()
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
    calls: () => {
      try {
        return readFileSync(join(dir, 'calls.log'), 'utf8').trim().split('\n');
      } catch {
        return []; // nothing was asked yet
      }
    },
    fault: (fault) => {
      faults += 1;
      writeFileSync(join(dir, 'faults', `${faults}.json`), JSON.stringify(fault));
    },
    heal: () => {
      for (const name of readdirSync(join(dir, 'faults'))) rmSync(join(dir, 'faults', name));
    },
    rules: (rules) => writeFileSync(join(dir, 'rules.json'), JSON.stringify({ token: CLOUD_TOKEN, ...rules })),
    machineRoot: (id) => join(dir, 'm', id, 'root'),
    close: () => {
      try {
        execFileSync(double, ['close', dir]);
      } finally {
        rmSync(root, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}
