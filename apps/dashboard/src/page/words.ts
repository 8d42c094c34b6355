/** What the page's words mean, as docs/glossary.md has it. */
export const WORDS: readonly (readonly [term: string, meaning: string])[] = [
  ['Unit', 'one output channel of a convolution.'],
  ['Feature map', 'what one unit makes of one image: a square of N × N numbers.'],
  ['Hole', "a ring of edges in a map's graph that no triangles fill."],
  ['Birth', 'the rank at which the first hole of a map appears. A map without a hole has no birth.'],
  ['Threshold', 'the largest birth index that counts as a birth; 50 in the paper.'],
  ['Feature entropy (H)', "the Shannon entropy, in nats, of a unit's births over the images of a category."],
  [
    'H by code, by paper',
    "two definitions of H. The authors' code divides births by the images that have one, the paper by all images. They agree where every image has a birth.",
  ],
  [
    'Mean H (of a layer)',
    'the mean over categories of the mean over the units that are sensitive in each; by the paper, over all units. The average of all rows of a table is another number: categories with more sensitive units weigh more in it.',
  ],
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
    'Importance',
    'the place of a unit in its layer by ascending ineffectiveness: 0 is the most important. Units whose ineffectiveness is below 0.1 come last.',
  ],
  [
    'Noise (the null)',
    'random maps of the same size. H_null is their expected entropy for the same number of births.',
  ],
  ['APoZ', "average percentage of zeros, the share of zeros in a unit's maps."],
  ['Cell', 'one layer of one checkpoint on the images of one category.'],
  [
    'Values (of a mean)',
    'how many units × categories × checkpoints a mean rests on: those with a sensitive unit.',
  ],
  ['p', 'how likely a difference at least as large is where there is none.'],
  [
    'q',
    'p, corrected for the number of tests (Benjamini–Hochberg). Below 0.05 a difference is taken for certain, if its interval leaves out 0.',
  ],
  [
    'Rank effect',
    'how far the units of B lie above those of A by their ranks: from −1, all below, to 1, all above (rank-biserial correlation).',
  ],
  [
    'Lag',
    'by how many checkpoints a metadata column follows H where the two agree most. Negative: it goes before H.',
  ],
  ['Betti number β₀, β₁', 'how many components, and how many holes, a complex has.'],
];
