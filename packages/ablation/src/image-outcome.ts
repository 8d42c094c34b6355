import { ScoresNotFiniteError } from './errors.js';

/** How one image fared: its cross-entropy, and how many classes were scored above the right one. */
export interface ImageOutcome {
  /** −ln of the softmax at the right class, in nats. */
  readonly loss: number;
  /** 0 where the right class has the highest score; of equal scores the class that comes first wins. */
  readonly ahead: number;
}

/** The outcome of one image from the scores of its classes (before a softmax). Throws ScoresNotFiniteError. */
export function imageOutcome(scores: Float32Array, right: number, image: string): ImageOutcome {
  const own = scores[right] ?? NaN;
  let highest = -Infinity;
  for (let i = 0; i < scores.length; i++) highest = Math.max(highest, scores[i] ?? NaN);
  if (!Number.isFinite(highest) || !Number.isFinite(own)) {
    throw new ScoresNotFiniteError(
      `image ${image}: expected finite scores of its classes, found NaN or infinity`,
    );
  }
  let sum = 0;
  let ahead = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    sum += Math.exp(score - highest);
    if (score > own || (score === own && i < right)) ahead++;
  }
  return { loss: highest - own + Math.log(sum), ahead };
}
