/** The command that makes ONNX of a Keras model. Keras exports a model that was called, which one that was just loaded was not. */
export function kerasToOnnx(path: string, out: string): string {
  return (
    `python -c 'import keras; m = keras.models.load_model("${path}"); m(keras.ops.zeros((1, *m.input_shape[1:]))); ` +
    `m.export("${out}.onnx", format="onnx")'   (pip install keras tensorflow tf2onnx)`
  );
}
