import { describe, expect, it } from 'vitest';
import { UnknownLayerError } from '../src/errors.ts';
import { selectLayers, uniqueNames, unmeasurable, type Layer } from '../src/layer.ts';

function layer(name: string, index: number, size = 14): Layer {
  return {
    name,
    index,
    kind: 'conv',
    units: 2,
    height: size,
    width: size,
    tap: name,
    activation: 'relu',
    norm: null,
    measurable: size >= 4,
  };
}

const layers = [layer('block1/conv', 0), layer('block1/dw', 1), layer('block2/conv', 2), layer('head', 3, 2)];
const names = (patterns: (string | number)[]) => selectLayers(layers, patterns).map(({ name }) => name);

describe('selectLayers', () => {
  it('selects what can be measured by glob, in the order of the layers', () => {
    expect(names(['*'])).toEqual(['block1/conv', 'block1/dw', 'block2/conv']);
    expect(names(['block2/*', 'block1/c?nv'])).toEqual(['block1/conv', 'block2/conv']);
  });

  it('takes away what follows an exclamation mark', () => {
    expect(names(['*', '!*/dw'])).toEqual(['block1/conv', 'block2/conv']);
  });

  it('keeps a layer that cannot be measured where it is named alone', () => {
    expect(names(['head'])).toEqual(['head']);
  });

  it('selects by number, and says how many there are', () => {
    expect(names([2, '#0'])).toEqual(['block1/conv', 'block2/conv']);
    expect(names(['*', '!#1'])).toEqual(['block1/conv', 'block2/conv']);
    expect(names(['#3'])).toEqual(['head']);
    expect(() => names([4])).toThrow('there is no layer #4; the checkpoint has the layers #0 to #3');
  });

  it('suggests the nearest name for a layer that does not exist', () => {
    expect(() => names(['block1/cnv'])).toThrow(UnknownLayerError);
    expect(() => names(['block1/cnv'])).toThrow(
      "no layer is called 'block1/cnv'; did you mean 'block1/conv'?",
    );
    expect(() => names(['zzzzzzzzzz'])).toThrow('the layers are block1/conv, block1/dw');
  });
});

describe('unmeasurable', () => {
  it('says why maps have no feature entropy', () => {
    expect(unmeasurable(7, 5)).toBe('maps are 7x5, not square');
    expect(unmeasurable(3, 3)).toBe('maps of 3x3: no hole can exist below 4x4');
    expect(unmeasurable(600, 600)).toContain('512x512');
    expect(unmeasurable(4, 4)).toBeNull();
  });
});

describe('uniqueNames', () => {
  it('numbers the names that occur again', () => {
    expect(uniqueNames(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a#2', 'a#3']);
  });
});
