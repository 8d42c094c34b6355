import { escapeHtml, QUESTIONS, settledAnswer, SETTLED_MEANS, TOO_FEW, verdictOf } from '@unitscope/plots';
import {
  changesWords,
  deadWords,
  layerDifferenceRows,
  layerRows,
  runChanges,
  settledOverWords,
  type Comparison,
  type SweepResults,
  type SweepTrend,
  type SweepTrends,
  type Verdict,
} from '@unitscope/query';

interface Found {
  readonly trends: SweepTrends;
  readonly trend: SweepTrend;
  /** From the first checkpoint to the last; null: there are not two. */
  readonly comparison: Comparison | null;
  readonly verdict: Verdict;
}

/** What one asks of a sweep first, answered in the words of the page’s overview. */
export async function answersPart(
  results: SweepResults,
  { trends, trend, comparison, verdict }: Found,
): Promise<string> {
  if (trends.problem !== null) return '';
  const isOne = trends.trainings.length === 1;
  const of = isOne || trend.run === null ? '' : ` (${trend.run})`;
  const answers: [question: string, answer: string][] = [];
  if (trend.checkpoints.length > 1) {
    const settled = isOne ? settledAnswer(layerRows(trend)) : settledOverWords(trends.trainings);
    answers.push([QUESTIONS.settled, settled === '' ? TOO_FEW : `${settled} ${SETTLED_MEANS}`]);
  }
  const changes = (await runChanges(results)).filter(({ checkpoints }) => checkpoints > 1);
  if (changes.length > 0)
    answers.push([QUESTIONS.died, `${changesWords(changes)} ${deadWords(changes)}`.trim()]);
  if (comparison !== null) {
    const { a, b } = comparison;
    answers.push([
      `${QUESTIONS.changed(a, b)}${of}`,
      verdictOf(layerDifferenceRows(comparison, { categories: false })),
    ]);
  }
  if (answers.length > 0) answers.push([QUESTIONS.best, verdict.words]);
  const sections = answers.map(
    ([question, answer]) => `<section><h2>${escapeHtml(question)}</h2><p>${escapeHtml(answer)}</p></section>`,
  );
  return sections.length === 0 ? '' : `<div class="answers">${sections.join('')}</div>`;
}
