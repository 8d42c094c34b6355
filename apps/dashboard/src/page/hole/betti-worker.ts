import { curveOf, deathOf, type Course, type CourseQuestion } from './hole-course.js';

// A large map takes seconds: a thread of its own, so that the page answers meanwhile. The death follows the curve.
self.onmessage = ({ data }: MessageEvent<CourseQuestion>) => {
  const beta1 = curveOf(data);
  self.postMessage({ beta1, death: undefined } satisfies Course);
  self.postMessage({ beta1, death: deathOf(data) } satisfies Course);
};
