import { may } from "../../ui/me";
import { route, to } from "../../ui/route";
import { Outbox } from "./Outbox";
import { Templates } from "./Templates";
import { w } from "./words/words";

/** What customers were sent, and what each message says. */
export function MessagesPart() {
  const [, page] = route.value;
  if (!may("message:read")) return <NoRight />;
  if (page === "templates") return <Templates />;
  return <Outbox />;
}

function NoRight() {
  const words = w().noRight;
  return (
    <section class="card stack no-right">
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <a href={to("today")}>{words.toDay}</a>
    </section>
  );
}
