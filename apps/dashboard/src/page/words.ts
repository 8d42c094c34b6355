/** What the page's words mean, as docs/glossary.md has it. */
export const WORDS: readonly (readonly [term: string, meaning: string])[] = [
  ['Unit', 'one output channel of a convolution.'],
  ['Feature map', 'what one unit makes of one image: a square of N × N numbers.'],
  ['Hole', "a ring of edges in a map's graph that no triangles fill."],
  ['Birth', 'the rank at which the first hole of a map appears. A map without a hole has no birth.'],
  ['Threshold', 'the largest birth index that counts as a birth; 50 in the paper.'],
  ['Feature entropy (H)', "the Shannon entropy, in nats, of a unit's births over the images of a category."],
  ['Selective rate (ε)', 'the share of the images on which a unit has a birth.'],
  [
    'Sensitive',
    'a unit whose selective rate is above the least one asked for (0). H says something about sensitive units only.',
  ],
  ['Died, awoke', 'a unit that was sensitive and is not any more, and the other way.'],
  [
    'Settled (of a layer)',
    'from there on its mean H stays within a tenth of its range of where it ends, for three checkpoints or more.',
  ],
  ['Ineffectiveness', 'H / ε. High means a chaotic pattern on few images.'],
  [
    'Noise (the null)',
    'random maps of the same size. H_null is their expected entropy for the same number of births.',
  ],
  ['APoZ', "average percentage of zeros, the share of zeros in a unit's maps."],
  ['Betti number β₀, β₁', 'how many components, and how many holes, a complex has.'],
];
