import { describe, expect, it } from "@jest/globals";
import { VirtualTime } from "../../simulation/virtual-time";

interface Run {
  readonly name: string;
}

const START = 1_000;

/** A clock at {@link START}, and a diary with its times. */
function aClock(): {
  readonly time: VirtualTime<Run>;
  readonly diary: readonly string[];
  readonly note: (line: string) => void;
} {
  const time = new VirtualTime<Run>(START);
  const diary: string[] = [];
  return { time, diary, note: (line) => diary.push(`${time.now} ${line}`) };
}

/** A run that notes its start and the end of each sleep. */
const sleeper =
  ({ time, note }: Pick<ReturnType<typeof aClock>, "time" | "note">, name: string, ...sleeps: readonly number[]) =>
  async (): Promise<void> => {
    note(`${name} starts`);
    for (const sleep of sleeps) {
      await time.sleep(sleep);
      note(`${name} wakes`);
    }
  };

describe("events", () => {
  it("happen in the order of their times", async () => {
    const { time, diary, note } = aClock();
    for (const when of [1_030, 1_010, 1_020]) {
      time.at(when, () => {
        note("event");
      });
    }
    await time.runUntil(2_000);
    expect(diary).toEqual(["1010 event", "1020 event", "1030 event"]);
  });

  it("of the same time happen in the order in which they were planned", async () => {
    const { time, diary, note } = aClock();
    const plan = (when: number, name: string): void => {
      time.at(when, () => {
        note(name);
      });
    };
    plan(1_010, "first");
    plan(1_005, "before");
    plan(1_010, "second");
    plan(1_020, "after");
    plan(1_010, "third");
    await time.runUntil(2_000);
    expect(diary).toEqual(["1005 before", "1010 first", "1010 second", "1010 third", "1020 after"]);
  });

  it("may be planned for now, after those already planned for now", async () => {
    const { time, diary, note } = aClock();
    time.at(1_010, () => {
      time.at(1_010, () => {
        note("planned late");
      });
    });
    time.at(1_010, () => {
      note("planned early");
    });
    await time.runUntil(2_000);
    expect(diary).toEqual(["1010 planned early", "1010 planned late"]);
  });

  it("must not be planned for the past", async () => {
    const { time } = aClock();
    await time.runUntil(1_500);
    const nothing = (): void => undefined;
    expect(() => {
      time.at(1_499, nothing);
    }).toThrow("a timer must not be in the past");
    expect(() => {
      time.startAt(1_499, { name: "late" }, () => Promise.resolve());
    }).toThrow("a timer must not be in the past");
    expect(() => {
      time.at(1_500, nothing);
    }).not.toThrow();
  });
});

describe("runs", () => {
  it("that overlap are interleaved by their own sleeps", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, sleeper({ time, note }, "one", 50, 100));
    time.startAt(1_020, { name: "other" }, sleeper({ time, note }, "other", 10, 30, 80));
    await time.runUntil(2_000);
    expect(diary).toEqual([
      "1000 one starts",
      "1020 other starts",
      "1030 other wakes",
      "1050 one wakes",
      "1060 other wakes",
      "1140 other wakes",
      "1150 one wakes",
    ]);
  });

  it("that wake at the same time continue in the order of their sleeps", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, sleeper({ time, note }, "one", 50));
    time.startAt(1_010, { name: "other" }, sleeper({ time, note }, "other", 40));
    await time.runUntil(2_000);
    expect(diary.slice(2)).toEqual(["1050 one wakes", "1050 other wakes"]);
  });

  it("continue without a break while they wait only for settled promises", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, async () => {
      for (let step = 1; step <= 20; step++) await Promise.resolve();
      note("one has gone on");
    });
    time.at(1_000, () => {
      note("event");
    });
    await time.runUntil(2_000);
    expect(diary).toEqual(["1000 one has gone on", "1000 event"]);
  });

  it("that end at once let the next one continue", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, () => {
      note("one is over");
      return undefined;
    });
    time.startAt(1_000, { name: "other" }, sleeper({ time, note }, "other", 10));
    await time.runUntil(2_000);
    expect(time.active).toBeUndefined();
    expect(diary).toEqual(["1000 one is over", "1000 other starts", "1010 other wakes"]);
  });

  it("are active while their code executes, before and after a sleep", async () => {
    const { time } = aClock();
    const active: (string | undefined)[] = [];
    const note = (): void => {
      active.push(time.active?.name);
    };
    for (const name of ["one", "other"]) time.startAt(1_000, { name }, sleeper({ time, note }, name, 10));
    time.at(1_005, note);
    await time.runUntil(2_000);
    note();
    expect(active).toEqual(["one", "other", undefined, "one", "other", undefined]);
  });

  it("that sleep for a negative time lose no time, but wait for timers planned before", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, sleeper({ time, note }, "one", -5));
    time.at(1_000, () => {
      note("event");
    });
    await time.runUntil(2_000);
    expect(diary).toEqual(["1000 one starts", "1000 event", "1000 one wakes"]);
  });

  it("alone may sleep", async () => {
    const { time } = aClock();
    const refusal = "only code that virtual time has started may sleep";
    await expect(time.sleep(1)).rejects.toThrow(refusal);
    let inEvent: Promise<void> | undefined;
    time.at(1_010, () => {
      inEvent = time.sleep(1);
      // The rejection is checked below.
      inEvent.catch(() => undefined);
    });
    time.startAt(1_020, { name: "one" }, () => time.sleep(5));
    await time.runUntil(2_000);
    await expect(inEvent).rejects.toThrow(refusal);
    await expect(time.sleep(1)).rejects.toThrow(refusal);
  });
});

describe("running until a moment", () => {
  it("leaves timers of that moment or later for the next call", async () => {
    const { time, diary, note } = aClock();
    for (const when of [1_099, 1_100, 1_150]) {
      time.at(when, () => {
        note("event");
      });
    }
    await time.runUntil(1_100);
    expect(diary).toEqual(["1099 event"]);
    expect(time.now).toBe(1_100);
    await time.runUntil(1_200);
    expect(diary.slice(1)).toEqual(["1100 event", "1150 event"]);
  });

  it("leaves a run asleep whose timer is later", async () => {
    const { time, diary, note } = aClock();
    time.startAt(1_000, { name: "one" }, sleeper({ time, note }, "one", 150));
    await time.runUntil(1_100);
    expect(diary).toEqual(["1000 one starts"]);
    await time.runUntil(1_200);
    expect(diary.slice(1)).toEqual(["1150 one wakes"]);
  });

  it("in the past has no effect", async () => {
    const { time } = aClock();
    await time.runUntil(500);
    expect(time.now).toBe(START);
  });
});
