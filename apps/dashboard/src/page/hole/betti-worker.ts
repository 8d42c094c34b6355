import { bettiCurves } from '@unitscope/topology';

/** A map whose β₁ curve is asked for. */
export interface CurveQuestion {
  readonly map: Float32Array;
  readonly size: number;
  readonly density: number;
}

// A large map takes seconds: a thread of its own, so that the page answers meanwhile.
self.onmessage = ({ data }: MessageEvent<CurveQuestion>) => {
  const { beta1, ranks } = bettiCurves(data.map, data.size, { density: data.density });
  self.postMessage(beta1.slice(0, ranks));
};
