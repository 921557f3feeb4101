/**
 * Makes the bucket for Terraform's state in the emulated AWS, without the stack `state`: with that stack's bucket
 * policy the emulator refuses everything, and the provider waits a minute for its lifecycle rules.
 */
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { clientConfiguration, type LocalAws } from "../../aws/local/deployed-function";

/** The emulator only supports bucket names in the path. */
export const s3Client = (place: LocalAws): S3Client =>
  new S3Client({ ...clientConfiguration(place), forcePathStyle: true });

/** @returns false when it already existed. */
export async function makeStateBucket(place: LocalAws, bucket: string): Promise<boolean> {
  const s3 = s3Client(place);
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        // S3 refuses this for us-east-1.
        ...(place.region !== "us-east-1" && {
          CreateBucketConfiguration: { LocationConstraint: place.region as BucketLocationConstraint },
        }),
      }),
    );
  } catch (error) {
    if (error instanceof BucketAlreadyOwnedByYou) return false;
    throw error;
  }
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return true;
}

/** Removes the bucket and its content. */
export async function removeStateBucket(place: LocalAws, bucket: string): Promise<void> {
  const s3 = s3Client(place);
  // One page holds a thousand; a run makes a few.
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}
