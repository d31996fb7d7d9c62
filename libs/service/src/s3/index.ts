export { s3Client } from './client.ts';
export { S3 } from './s3.ts';
export { s3Access, s3Variables, type S3Access } from './s3-access.ts';
export { mayPass, s3Error } from './s3-error.ts';
