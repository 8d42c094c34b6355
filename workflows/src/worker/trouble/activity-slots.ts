import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, WorkerTuner } from '@temporalio/worker';
import type { WorkerHealth } from './worker-health.js';

/** So many workflow tasks at once, as the SDK has it. */
const WORKFLOW_TASKS = 40;

/** A tuner with so many slots for activities; an ailing worker asks for none while it rests, then for one at a time. */
export function activityTuner(count: number, health: WorkerHealth): WorkerTuner {
  return {
    workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: WORKFLOW_TASKS },
    activityTaskSlotSupplier: new ActivitySlots(count, health),
    localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
  };
}

class ActivitySlots implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom';
  readonly #count: number;
  readonly #health: WorkerHealth;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(count: number, health: WorkerHealth) {
    this.#count = count;
    this.#health = health;
  }

  async reserveSlot(_: unknown, signal: AbortSignal): Promise<SlotPermit> {
    for (;;) {
      signal.throwIfAborted();
      const permit = this.tryReserveSlot();
      if (permit !== null) return permit;
      await this.#turn(signal);
    }
  }

  tryReserveSlot(): SlotPermit | null {
    const { ailment, rests } = this.#health;
    const most = ailment === null ? this.#count : rests ? 0 : 1;
    if (this.#taken >= most) return null;
    this.#taken++;
    return {};
  }

  markSlotUsed(): void {
    return;
  }

  releaseSlot(): void {
    this.#taken--;
    this.#waiting.shift()?.();
  }

  /** Until a slot is given back, or the worker's health changes. */
  async #turn(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    let turn: () => void = () => undefined;
    const free = new Promise<void>((resolve) => this.#waiting.push((turn = resolve)));
    try {
      await Promise.race([free, this.#health.change(AbortSignal.any([signal, over.signal]))]);
    } finally {
      over.abort();
      const place = this.#waiting.indexOf(turn);
      if (place >= 0) this.#waiting.splice(place, 1);
    }
  }
}
