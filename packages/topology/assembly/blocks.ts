// Maps whose channels lie in blocks, as onnxruntime's optimiser lays them out (NCHWc): [pixel][channel of the block].

/** Takes a block apart: `channels` (a multiple of 4) maps of `floats` each, `stride` bytes from one to the next. */
export function unblock(from: usize, channels: u32, floats: u32, to: usize, stride: usize): void {
  const pixel = (<usize>channels) << 2;
  const whole = floats & ~3;
  for (let done: u32 = 0; done < whole; done += 4) {
    let row = to;
    for (let at = from; at < from + pixel; at += 16) {
      const p0 = v128.load(at);
      const p1 = v128.load(at + pixel);
      const p2 = v128.load(at + 2 * pixel);
      const p3 = v128.load(at + 3 * pixel);
      const a = v128.shuffle<f32>(p0, p1, 0, 4, 1, 5);
      const b = v128.shuffle<f32>(p0, p1, 2, 6, 3, 7);
      const c = v128.shuffle<f32>(p2, p3, 0, 4, 1, 5);
      const d = v128.shuffle<f32>(p2, p3, 2, 6, 3, 7);
      v128.store(row, v128.shuffle<f64>(a, c, 0, 2));
      v128.store(row + stride, v128.shuffle<f64>(a, c, 1, 3));
      v128.store(row + 2 * stride, v128.shuffle<f64>(b, d, 0, 2));
      v128.store(row + 3 * stride, v128.shuffle<f64>(b, d, 1, 3));
      row += 4 * stride;
    }
    from += 4 * pixel;
    to += 16;
  }
  for (let done = whole; done < floats; done++) {
    let row = to;
    for (let at = from; at < from + pixel; at += 4) {
      store<f32>(row, load<f32>(at));
      row += stride;
    }
    from += pixel;
    to += 4;
  }
}
