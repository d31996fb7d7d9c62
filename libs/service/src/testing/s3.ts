import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type Child } from './child.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

export interface TestS3 {
  /** `http://<host>:<port>` */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** An object's file is `<folder>/<bucket>/<key>`. */
  readonly folder: string;
  /** Dies at once, in the middle of whatever it does; what lies in the folder stays. */
  kill(): Promise<void>;
  /** SIGSTOP: it takes connections and says nothing; SIGCONT: it goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** After `kill`: the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** versitygw; undefined if it is nowhere: tools/lib/go-programs.mjs puts it where this looks. */
export const findVersitygw = (): string | undefined =>
  findProgram(
    ['versitygw'],
    [join(homedir(), 'go', 'bin'), join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus', 'bin')],
  );

/** A real S3 service (versitygw over a folder of its own) on a free port of `host`, with these buckets. */
export async function startS3(buckets: readonly string[], host = '127.0.0.1'): Promise<TestS3> {
  const program = findVersitygw();
  if (program === undefined) throw new Error('no versitygw: node tools/bootstrap.mjs with CI=true builds it');
  const [accessKeyId, secretAccessKey, region] = ['s3-test-key-id-1', 's3-test-secret-canary-1', 'us-east-1'];
  const root = await mkdtemp(join(tmpdir(), 'benchbus-s3-'));
  const folder = join(root, 'buckets');
  for (const bucket of buckets) await mkdir(join(folder, bucket), { recursive: true });
  const sidecar = join(root, 'attributes');
  await mkdir(sidecar);
  const port = await freePort(host);
  const start = async (): Promise<Child> => {
    // Attributes in files: not every file system has them.
    const child = startChild(
      program,
      ['--port', `${host}:${port}`, '--region', region, 'posix', '--sidecar', sidecar, folder],
      {
        env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
        cwd: root,
      },
    );
    try {
      await child.line((line) => (line.includes(String(port)) ? true : undefined), 'versitygw');
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  };
  const removed = () => rm(root, { recursive: true, force: true });
  let child = await start().catch(async (error: unknown) => {
    await removed();
    throw error;
  });
  return {
    endpoint: `http://${host}:${port}`,
    region,
    accessKeyId,
    secretAccessKey,
    folder,
    signal: (signal) => void child.process.kill(signal),
    kill: async () => void (await child.stop('SIGKILL')),
    restart: async () => {
      child = await start();
    },
    stop: async () => {
      await child.stop();
      await removed();
    },
  };
}
