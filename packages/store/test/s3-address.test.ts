import { describe, expect, test } from 'vitest';
import { openStore } from '../src/open-store.js';
import { parseS3Address } from '../src/s3/s3-address.js';
import { StoreUriError } from '../src/store-errors.js';

describe('parseS3Address', () => {
  test('reads bucket and prefix, and leaves the rest to the chain of the SDK', () => {
    expect(parseS3Address('s3://my-bucket/runs/one/', {})).toEqual({
      uri: 's3://my-bucket/runs/one',
      bucket: 'my-bucket',
      prefix: 'runs/one/',
      endpoint: undefined,
      region: undefined,
      pathStyle: false,
      checksums: 'WHEN_SUPPORTED',
    });
    expect(parseS3Address('s3://my-bucket', {})).toMatchObject({ uri: 's3://my-bucket', prefix: '' });
  });

  test('uses path style and a region of its own where the endpoint is not Amazon', () => {
    const ours = parseS3Address('s3://bucket', { AWS_ENDPOINT_URL: 'http://127.0.0.1:8333' });
    expect(ours).toMatchObject({ endpoint: 'http://127.0.0.1:8333/', pathStyle: true, region: 'us-east-1' });
    const amazon = { AWS_ENDPOINT_URL_S3: 'https://s3.eu-central-1.amazonaws.com' };
    expect(parseS3Address('s3://bucket', amazon)).toMatchObject({ pathStyle: false, region: undefined });
  });

  test('takes the address before the variables of unitscope, and those before the ones of the SDK', () => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://general:1',
      AWS_ENDPOINT_URL_S3: 'http://s3:2',
      AWS_REGION: 'eu-west-1',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
      UNITSCOPE_S3_PATH_STYLE: 'false',
    };
    expect(parseS3Address('s3://bucket', environment)).toMatchObject({
      endpoint: 'http://s3:2/',
      region: 'eu-west-1',
      pathStyle: false,
      checksums: 'WHEN_REQUIRED',
    });
    const address =
      's3://bucket/p?endpoint=https://own:3&region=there&pathStyle=true&checksums=WHEN_SUPPORTED';
    const parsed = parseS3Address(address, { ...environment, UNITSCOPE_S3_CHECKSUMS: 'WHEN_REQUIRED' });
    expect(parsed).toMatchObject({
      endpoint: 'https://own:3/',
      region: 'there',
      pathStyle: true,
      checksums: 'WHEN_SUPPORTED',
    });
    expect(parseS3Address(parsed.uri, {})).toEqual(parsed);
  });

  test.each([
    's3://AKIAKEY:secret@bucket/prefix',
    's3://AKIAKEY@bucket',
    's3://bucket?endpoint=http://AKIAKEY:secret@host',
    's3://bucket?secretAccessKey=secret',
  ])('refuses the credentials in %s without repeating the secret', async (address) => {
    const refused = openStore(address);
    await expect(refused).rejects.toThrow(StoreUriError);
    await expect(refused).rejects.not.toThrow(/secret(?!AccessKey)|AKIAKEY/);
  });

  test.each([
    ['s3://', 'found the bucket ""'],
    ['s3://no_such bucket', 'found the bucket "no_such bucket"'],
    ['s3://bucket/a//b', 'the prefix is no key'],
    ['s3://bucket/../b', 'the prefix is no key'],
    ['s3://bucket?acl=public', 'found the parameter "acl"'],
    ['s3://bucket?endpoint=host:9000', 'expected an endpoint such as https://host:port'],
    ['s3://bucket?pathStyle=yes', 'pathStyle: expected true or false, found "yes"'],
    ['s3://bucket?checksums=never', 'checksums: expected WHEN_SUPPORTED or WHEN_REQUIRED'],
  ])('refuses %s', (address, message) => {
    expect(() => parseS3Address(address, {})).toThrow(StoreUriError);
    expect(() => parseS3Address(address, {})).toThrow(message);
  });
});
