/**
 * The bucket for Terraform's state in the emulated AWS: made as it is, not by the stack `state`. The emulator takes that
 * stack's bucket policy for one that refuses everything, and the provider waits a minute for its lifecycle rules.
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

/** The emulator knows buckets by path, not by host name. */
export const s3Client = (place: LocalAws): S3Client =>
  new S3Client({ ...clientConfiguration(place), forcePathStyle: true });

/** Gives whether it was made; it may have been there before. */
export async function makeStateBucket(place: LocalAws, bucket: string): Promise<boolean> {
  const s3 = s3Client(place);
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        // Of us-east-1 S3 takes none.
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

/** With all that is in it. */
export async function removeStateBucket(place: LocalAws, bucket: string): Promise<void> {
  const s3 = s3Client(place);
  // A run leaves a handful: far from the thousand that one answer holds.
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}
