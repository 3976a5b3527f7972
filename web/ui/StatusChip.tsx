export type Tone = "blue" | "amber" | "green" | "red" | "grey";

const SHAPES: Record<Tone, string> = { blue: "○", amber: "●", green: "✓", red: "!", grey: "–" };

/** A state by colour, word and shape: no one of the three alone. */
export function StatusChip(props: { tone: Tone; word: string; shape?: string }) {
  return (
    <span class={`chip chip-${props.tone}`}>
      <span class="chip-shape" aria-hidden="true">
        {props.shape ?? SHAPES[props.tone]}
      </span>
      {props.word}
    </span>
  );
}

const APPOINTMENT: Record<string, Tone> = {
  proposed: "blue",
  noticed: "blue",
  confirmed: "blue",
  suspended: "amber",
  kept: "green",
  missed: "red",
  cancelled: "grey",
  expired: "grey",
};

const VISIT: Record<string, [Tone, string?]> = {
  departed: ["blue", "▶"],
  arrived: ["amber"],
  finished: ["green"],
  aborted: ["red"],
};

export function AppointmentChip({ state, words }: { state: string; words: Record<string, string> }) {
  return <StatusChip tone={APPOINTMENT[state] ?? "grey"} word={words[state] ?? state} />;
}

export function VisitChip({ state, words }: { state: string; words: Record<string, string> }) {
  const [tone, shape] = VISIT[state] ?? ["grey"];
  return <StatusChip tone={tone} word={words[state] ?? state} {...(shape === undefined ? {} : { shape })} />;
}
