import { PickleError, PickleGlobal, PickleTuple, type PickleKnown } from './pickle-values.js';
import { BYTES, type WeightType } from './weight-tensor.js';

/** A storage, as a pickle of PyTorch refers to it: the entry `data/<key>` of the archive. */
export class TorchStorage {
  constructor(
    readonly key: string,
    /** undefined: bytes, whose type a tensor tells, or a type that no network here has. */
    readonly type: WeightType | undefined,
    readonly elements: number,
    /** As PyTorch calls it. */
    readonly typeName: string,
  ) {}
}

/** A tensor, as a pickle of PyTorch describes it. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly type: WeightType | undefined,
    /** Elements. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    /** As PyTorch calls it. */
    readonly typeName: string,
  ) {}
}

const STORAGES: Readonly<Record<string, WeightType>> = {
  ...{
    DoubleStorage: 'float64',
    FloatStorage: 'float32',
    HalfStorage: 'float16',
    BFloat16Storage: 'bfloat16',
  },
  ...{ LongStorage: 'int64', IntStorage: 'int32', ShortStorage: 'int16', CharStorage: 'int8' },
  ...{ ByteStorage: 'uint8', BoolStorage: 'bool' },
};

/** What PyTorch itself allows. */
const MOST_AXES = 64;
/** In all ordered dictionaries that are made of a list of pairs. */
const MOST_PAIRS = 1_000_000;

/** What PyTorch's own pickles are made of; whatever else is called stays opaque. */
export class TorchKnown implements PickleKnown {
  /** Calls that were not made, as `module.name`. */
  readonly opaque = new Set<string>();
  #pairs = 0;

  call(callable: PickleGlobal, args: readonly unknown[]): unknown {
    const made = this.#made(callable.path, args);
    if (made === undefined) this.opaque.add(callable.path);
    return made;
  }

  persistent(id: unknown): unknown {
    if (!(id instanceof PickleTuple)) return undefined;
    const [kind, type, key, , elements] = id.items;
    if (kind !== 'storage' || typeof key !== 'string' || typeof elements !== 'number') return undefined;
    const name = type instanceof PickleGlobal ? type.name : '';
    return new TorchStorage(key, Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined, elements, name);
  }

  #made(path: string, args: readonly unknown[]): unknown {
    switch (path) {
      case 'collections.OrderedDict':
        return new Map(this.#entriesOf(args[0]));
      case 'torch.Size':
        return args[0];
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return tensorOf(args);
      case 'torch._utils._rebuild_tensor_v3':
        return tensorOf(args, args[6]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return args[0];
      case 'torch._tensor._rebuild_from_type_v2': {
        const [rebuild, , inner] = args;
        if (!(rebuild instanceof PickleGlobal) || !(inner instanceof PickleTuple)) return undefined;
        return this.#made(rebuild.path, inner.items);
      }
      default:
        return undefined;
    }
  }

  /** The pairs of a list of tuples. One list can be given to any number of dictionaries. */
  #entriesOf(list: unknown): [unknown, unknown][] {
    if (!Array.isArray(list)) return [];
    this.#pairs += list.length;
    if (this.#pairs > MOST_PAIRS) throw new PickleError(`dictionaries of more than ${MOST_PAIRS} pairs`);
    return list.map((pair: unknown) =>
      pair instanceof PickleTuple ? [pair.items[0], pair.items[1]] : [undefined, undefined],
    );
  }
}

function tensorOf(args: readonly unknown[], dtype?: unknown): TorchTensor | undefined {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof TorchStorage) || typeof offset !== 'number') return undefined;
  if (!(shape instanceof PickleTuple) || !(strides instanceof PickleTuple)) return undefined;
  if (shape.items.length > MOST_AXES || strides.items.length > MOST_AXES) return undefined;
  if (![...shape.items, ...strides.items].every((size) => typeof size === 'number')) return undefined;
  const named = dtype instanceof PickleGlobal && Object.hasOwn(BYTES, dtype.name) ? dtype.name : undefined;
  const type = dtype === undefined ? storage.type : (named as WeightType | undefined);
  const typeName = dtype instanceof PickleGlobal ? dtype.name : storage.typeName.replace(/Storage$/, '');
  const [sizes, steps] = [shape.items as number[], strides.items as number[]];
  return new TorchTensor(storage, type, offset, sizes, steps, typeName);
}
