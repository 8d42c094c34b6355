export function untilBucketAnswers(
  server: { readonly exited: Promise<void>; readonly logFile: string },
  access: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly credentials: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string };
  },
): Promise<void>;
