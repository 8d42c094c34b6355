/** What `unitscope init` writes: a spec that runs once its paths are right, with every key explained. */
export const specTemplate = `# A sweep: every unit of every layer of every checkpoint, measured by its feature entropy.
# Check it with \`unitscope plan sweep.yaml\`, run it with \`unitscope sweep sweep.yaml\`.
# Paths are relative to this file. All keys: docs/sweep-spec.md.

# The folder of the results: <store>/sweeps/my-sweep
name: my-sweep

source:
  models:
    # ONNX files or model.json files of TensorFlow.js; globs are sorted so that step-2 comes before step-10.
    checkpoints:
      - path: checkpoints/*/model.json
        # Named groups become metadata of the checkpoint.
        pattern: "step-(?<step>\\\\d+)"
    # Columns of a training log become metadata too: meta_loss, meta_accuracy, …
    # log: { path: checkpoints/log.csv, on: step }

    # Which layers: globs of convolution names; "!name" takes some away. \`unitscope layers MODEL\` lists them.
    layers: ["*"]

    # The images of each category (the true class), the same for every checkpoint.
    images:
      from: folder # one folder a category, PNG or JPEG; or: mnist, idx
      path: images
      perCategory: 100
      seed: 0

    # How an image becomes the network's input.
    preprocess: unit
    # batchSize: 8 # images a forward pass; default: as many as batchMemory (32 MiB of maps) has room for

  # Or, instead of models: activation files that another program wrote (docs/tables.md).
  # activations: ["activations/*.arrow"]
  # images: { from: folder, path: images } # what their maps are of: shown as photographs, found by category and image

# Edges beyond this share never enter the filtration (the published method: 0.8).
density: 0.8

# discard: measure feature maps where they are made. keep: store them as Arrow files (large).
activations: discard
# compression: zstd # of kept maps; pyarrow and others read it

# true: keep the birth of every unit on every image.
births: false

statistics:
  threshold: 50 # a birth index above it reads as no birth
  minSelectiveRate: 0 # a unit is sensitive where its share of images with a birth is above this; 0.1: the paper's
  # definition: paper # which H is shown: by the authors' code (the default) or by the paper's text

# store: ./.unitscope
# engine: { threads: 2 }
`;
