/** Weights without their network, which only the code that makes it can load. */
const WEIGHTS_ALONE = /\.weights\.h5$/i;

/** The command that makes ONNX of a Keras model. Keras exports a model that was called, which one that was just loaded was not. */
export function kerasToOnnx(path: string, out: string): string {
  if (WEIGHTS_ALONE.test(path)) {
    return (
      `python -c 'import keras; from train import model as m; m.load_weights("${path}"); ` +
      `m(keras.ops.zeros((1, *m.input_shape[1:]))); m.export("${out.replace(/\.weights$/, '')}.onnx", format="onnx")'   ` +
      '(train: your code that makes the network; pip install keras tensorflow tf2onnx)'
    );
  }
  return (
    `python -c 'import keras; m = keras.models.load_model("${path}"); m(keras.ops.zeros((1, *m.input_shape[1:]))); ` +
    `m.export("${out}.onnx", format="onnx")'   (pip install keras tensorflow tf2onnx)`
  );
}
