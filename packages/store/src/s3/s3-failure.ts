/** What can be told of a failed request without keeping its headers, which hold credentials. */
export interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly region: string | undefined;
}

/** Reads an error of the SDK or of Node. */
export function s3Failure(error: unknown): S3Failure {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly Code?: unknown;
    readonly message?: unknown;
    readonly Region?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  const name = [fields.code, fields.Code, fields.name].find((value) => typeof value === 'string');
  return {
    name: name ?? 'Error',
    message: typeof fields.message === 'string' ? fields.message : '',
    status: fields.$metadata?.httpStatusCode,
    region:
      fields.$response?.headers?.['x-amz-bucket-region'] ??
      (typeof fields.Region === 'string' ? fields.Region : undefined),
  };
}
