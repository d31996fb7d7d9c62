import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type ListMultipartUploadsCommandOutput,
  type Part as Listed,
} from '@aws-sdk/client-s3';
import type { Upload } from '../../domain/claim.ts';
import { headerContentType } from '../../domain/claim.ts';
import { missingParts, partsOf, type Part } from '../../domain/parts.ts';
import type { S3 } from '@benchbus/service/s3';
import type { S3Settings } from './s3-settings.ts';

/**
 * Unfinished uploads whose key begins so, the oldest first. S3 itself is the memory of what is under way: whichever replica
 * is asked, whatever was restarted.
 */
export async function unfinished(s3: S3, prefix: string): Promise<{ key: string; uploadId: string }[]> {
  return s3.call('ListMultipartUploads', async (client, bucket) => {
    const found: { key: string; uploadId: string; at: number }[] = [];
    let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    while (next !== undefined) {
      const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...next });
      const page: ListMultipartUploadsCommandOutput = await client.send(command);
      for (const { Key: key, UploadId: uploadId, Initiated } of page.Uploads ?? [])
        if (key !== undefined && uploadId !== undefined) found.push({ key, uploadId, at: Initiated?.getTime() ?? 0 });
      const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      // Without a marker the first page would come again, for ever.
      next = IsTruncated && KeyMarker ? { KeyMarker, ...(UploadIdMarker ? { UploadIdMarker } : {}) } : undefined;
    }
    // Two replicas may have begun one each: all take the same.
    return found.sort((a, b) => a.at - b.at || (a.uploadId < b.uploadId ? -1 : 1));
  });
}

export const abort = (s3: S3, key: string, uploadId: string): Promise<unknown> =>
  s3.call('AbortMultipartUpload', (client, bucket) =>
    client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId })),
  );

async function begin(s3: S3, key: string, { claim }: Upload): Promise<string> {
  return s3.call('CreateMultipartUpload', async (client, bucket) => {
    const made = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: headerContentType(claim.contentType),
      }),
    );
    if (made.UploadId === undefined) throw new Error('S3 began an upload without an id');
    return made.UploadId;
  });
}

async function arrived(s3: S3, key: string, uploadId: string): Promise<Listed[]> {
  return s3.call('ListParts', async (client, bucket) => {
    const found: Listed[] = [];
    // By hand: the SDK's paginator goes on as long as there is a marker, and versitygw gives one with its last page, too.
    for (let marker: string | undefined, more = true; more;) {
      const place = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker };
      const page: ListPartsCommandOutput = await client.send(new ListPartsCommand(place));
      found.push(...(page.Parts ?? []));
      marker = page.NextPartNumberMarker;
      more = page.IsTruncated === true && marker !== undefined;
    }
    return found;
  });
}

async function complete(s3: S3, key: string, uploadId: string, parts: readonly Listed[]): Promise<void> {
  await s3.call('CompleteMultipartUpload', (client, bucket) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts: parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
      }),
    ),
  );
}

export interface MissingParts {
  readonly uploadId: string;
  readonly parts: readonly Part[];
}

const underWay = async (s3: S3, key: string): Promise<string | undefined> =>
  (await unfinished(s3, key)).find((found) => found.key === key)?.uploadId;

/** What still has to be sent of a large file; none: `putTogether`. Begins the upload if nobody has. */
export async function nextParts(s3: S3<S3Settings>, key: string, upload: Upload): Promise<MissingParts> {
  const parts = partsOf(upload.claim.bytes, s3.settings.partBytes);
  const uploadId = await underWay(s3, key);
  if (uploadId === undefined) return { uploadId: await begin(s3, key, upload), parts };
  const listed = await arrived(s3, key, uploadId);
  const sizes = new Map(listed.map(({ PartNumber = 0, Size = -1 }) => [PartNumber, Size]));
  return { uploadId, parts: missingParts(parts, sizes) };
}

/** One object of the parts that have arrived. */
export async function putTogether(s3: S3, key: string): Promise<void> {
  const uploadId = await underWay(s3, key);
  if (uploadId !== undefined) await complete(s3, key, uploadId, await arrived(s3, key, uploadId));
}
