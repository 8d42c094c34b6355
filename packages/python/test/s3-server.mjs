// An S3 server for the tests: prints its address and the variables that a client needs, and ends with its input.
import { startS3Server } from '../../../infra/s3-server.mjs';

const server = await startS3Server({ useEnvironment: false });
process.stdout.write(
  `${JSON.stringify({ address: server.address, env: server.env, logFile: server.logFile })}\n`,
);
process.stdin.resume().on('end', () => void server.stop());
