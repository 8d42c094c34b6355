import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface GraphSpec {
  /** Of the images [height, width, channels]. */
  readonly input: readonly [number, number, number];
  readonly nodes: readonly object[];
  readonly constants: Readonly<Record<string, { dims: number[]; values: Float32Array | Int32Array }>>;
  /** Bodies of branches and loops, by name, with what they take. */
  readonly functions?: Readonly<Record<string, { inputs: string[]; nodes: object[] }>>;
}

const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
const shape = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });
const type = (values: Float32Array | Int32Array) => (values instanceof Int32Array ? 'DT_INT32' : 'DT_FLOAT');

/** A node of one float type, and of int32 axes where it has some. */
export function graphNode(op: string, input: readonly string[], name: string, attr: object = {}): object {
  return { name, op, input, attr: { T: { type: 'DT_FLOAT' }, Tidx: { type: 'DT_INT32' }, ...attr } };
}

/** A convolution that keeps the size of its maps. */
export function graphConvolution(input: readonly string[], name: string): object {
  const ones = { list: { i: ['1', '1', '1', '1'] } };
  const attr = { strides: ones, dilations: ones, padding: text('SAME'), data_format: text('NHWC') };
  return graphNode('Conv2D', input, name, attr);
}

/** Writes a tfjs graph model whose images are called `image`; returns the path of its model.json. */
export async function writeGraph(
  folder: string,
  name: string,
  { input, nodes, constants, functions = {} }: GraphSpec,
): Promise<string> {
  const all = Object.entries(constants);
  const node = [
    {
      name: 'image',
      op: 'Placeholder',
      attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: shape([-1, ...input]) } },
    },
    ...all.map(([key, { dims, values }]) => ({
      name: key,
      op: 'Const',
      attr: {
        dtype: { type: type(values) },
        value: { tensor: { dtype: type(values), tensorShape: shape(dims) } },
      },
    })),
    ...nodes,
  ];
  const library = {
    function: Object.entries(functions).map(([of, { inputs, nodes: nodeDef }]) => ({
      signature: {
        name: of,
        inputArg: inputs.map((taken) => ({ name: taken, type: 'DT_FLOAT' })),
        outputArg: [],
      },
      nodeDef,
      ret: {},
    })),
  };
  const weights = all.map(([key, { dims, values }]) => ({
    name: key,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    shape: dims,
  }));
  await writeFile(
    join(folder, `${name}.bin`),
    Buffer.concat(all.map(([, { values }]) => new Uint8Array(values.buffer))),
  );
  const path = join(folder, `${name}.json`);
  const json = {
    format: 'graph-model',
    modelTopology: { node, library, versions: {} },
    weightsManifest: [{ paths: [`${name}.bin`], weights }],
  };
  await writeFile(path, JSON.stringify(json));
  return path;
}
