import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { findByEnvironment } from '@benchbus/processes';
import type { Scene } from './scene.ts';
import type { TestCloud, TestS3 } from '@benchbus/service/testing';

/** What machines download as the edge runner: says that it is up, with what it was told, and stays. */
const RUNNER = '#!/bin/sh\nenv >told\nexec sleep 1000000\n';

export interface TestReleases {
  readonly url: string;
  close(): void;
}

/** Where machines download their runner. */
export async function serveRunner(): Promise<TestReleases> {
  const server = createServer((_, response) => void response.end(RUNNER));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/edge-runner`,
    close: () => void server.close(),
  };
}

export interface StatesInS3 {
  readonly bucket: string;
  readonly service: TestS3;
}

const statesIn = ({ bucket, service }: StatesInS3): Record<string, string> => ({
  S3_URL: service.endpoint,
  S3_BUCKET: bucket,
  S3_REGION: service.region,
  S3_PATH_STYLE: 'true',
  S3_ACCESS_KEY_ID: service.accessKeyId,
  S3_SECRET_ACCESS_KEY: service.secretAccessKey,
});

/** Environment of a provisioner that serves `yandex` in this cloud, with its states in a folder of it, or in S3. */
export const yandexSettings = (cloud: TestCloud, releases: TestReleases, s3?: StatesInS3): Record<string, string> => ({
  ...cloud.env,
  BENCHBUS_YANDEX_NETWORK_ID: 'enp0network',
  BENCHBUS_YANDEX_IMAGE_ID: 'fd80image',
  ...(s3 === undefined ? { BENCHBUS_YANDEX_STATE_DIR: join(cloud.root, 'states') } : statesIn(s3)),
  BENCHBUS_TERRAFORM: cloud.terraform,
  BENCHBUS_TERRAFORM_MIRROR: cloud.mirror,
  BENCHBUS_TERRAFORM_GRACE_MS: '2000',
  BENCHBUS_EDGE_RUNNER_URL: releases.url,
  BENCHBUS_EDGE_RUNNER_SHA256: createHash('sha256').update(RUNNER).digest('hex'),
});

/** What the log tells of a run's deployment, in its order: `NodeProvisioned pg`, `DeploymentDestroyed`. */
export const toldOf = async (scene: Scene, runId: string): Promise<string[]> =>
  (await scene.bus.log.read(subjects.deployment(runId))).map(({ name, data }) =>
    name === 'NodeProvisioned' || name === 'NodeDestroyed' ? `${name} ${data.node}` : name,
  );

/** Processes of the machines with these ids. */
export const machineProcesses = (ids: readonly string[]) =>
  ids.flatMap((id) => findByEnvironment({ YC_DOUBLE_MACHINE: id }));
